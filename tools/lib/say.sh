# Shared by the scripts of tools/: how they speak.
say() { printf '%s: %s\n' "tools/$(basename "$0")" "$*" >&2; }
fail() { say "$*"; exit 1; }
