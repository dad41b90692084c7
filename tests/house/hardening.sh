#!/usr/bin/env bash
# hardening.sh PROGRAM: the protections of cmake/flags.cmake are in the program. Says each that is missing.
set -euo pipefail
program=$1
header=$(readelf -hW "$program")
segments=$(readelf -lW "$program")
dynamic=$(readelf -dW "$program")
symbols=$(readelf --dyn-syms -W "$program")
missing=0

require() {  # NAME TEXT PATTERN
  if ! grep -qE -- "$3" <<<"$2"; then
    echo "missing: $1"
    missing=1
  fi
}

require "position-independent executable" "$header" 'Type: +DYN'
require "read-only relocations (RELRO)" "$segments" 'GNU_RELRO'
require "all symbols bound at start (full RELRO)" "$dynamic" 'BIND_NOW|FLAGS_1.*NOW'
require "a stack that is not executable" "$segments" 'GNU_STACK.* RW +0x'
require "stack protector" "$symbols" '__stack_chk_fail'
require "fortified library calls" "$symbols" '__[a-z]+_chk(@| |$)'
# Debian's start files have no CET mark, so that the linker drops the program's own: look for the instruction that
# opens every function which an indirect branch may reach.
require "control-flow protection (CET)" \
  "$(objdump -d --no-show-raw-insn "$program" | grep -A1 -E '<main>:' || true)" 'endbr64'
if grep -qE 'RPATH|RUNPATH' <<<"$dynamic" && ! grep -qE 'R(UN)?PATH.*\[(/|\$ORIGIN)' <<<"$dynamic"; then
  echo "a library path that depends on the working folder"
  missing=1
fi
exit $missing
