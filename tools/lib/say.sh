# Shared by the scripts of tools/: how they speak.
say() { printf '%s: %s\n' "tools/$(basename "$0")" "$*" >&2; }
# Ninja in a folder of builds: on a terminal with how far it is, elsewhere with nothing but what went wrong.
compile() {
  local quiet=(--quiet)
  [ -t 1 ] && quiet=()
  NINJA_STATUS='[%f of %t, %es] ' ninja -C "$1" -j "${CANDOUR_JOBS:-$(nproc)}" "${quiet[@]}" "${@:2}"
}
fail() { say "$*"; exit 1; }
