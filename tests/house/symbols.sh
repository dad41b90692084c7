#!/usr/bin/env bash
# symbols.sh with|without PATTERN PROGRAM: does the program define or need a symbol that matches?
set -euo pipefail
found=$(nm -C "$3" | grep -F -- "$2" | head -n 3 || true)
case $1 in
  with) [ -n "$found" ] || { echo "$3 has no symbol with $2"; exit 1; } ;;
  without) [ -z "$found" ] || { echo "$3 has symbols with $2, among them:"; echo "$found"; exit 1; } ;;
  *) exit 64 ;;
esac
