#!/usr/bin/env bash
# hardening_test.sh COMPILER: hardening.sh names each protection that a program built without them lacks.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
echo 'int main() { return 0; }' >"$folder/bare.cpp"
"$1" "$folder/bare.cpp" -o "$folder/bare" -O0 -no-pie -fno-pie -fno-stack-protector -fcf-protection=none \
  -Wl,-z,norelro,-z,lazy,-z,execstack
if said=$("$here/hardening.sh" "$folder/bare"); then
  echo "hardening.sh passed a program that has no protection"
  exit 1
fi
count=$(grep -c '^missing: ' <<<"$said")
if [ "$count" != 7 ]; then
  echo "hardening.sh named $count of 7:"
  echo "$said"
  exit 1
fi
