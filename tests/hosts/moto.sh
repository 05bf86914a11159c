#!/usr/bin/env bash
# An EC2 endpoint for tests: Debian's python3-moto, on loopback. It answers as AWS does, also with AWS's errors; what it
# starts does not exist, and nobody may dial the addresses that it invents.
# As root; MOTO names a folder for its log.
#
#   moto.sh up [PORT]        starts it, on a free port where none is named; prints its address
#   moto.sh down             ends it
#   moto.sh sweep            ends every one whose OWNER (a process id, given to up) is gone
#   moto.sh list             which there are
#
# How: it runs as nobody in root.sh's tree, in a mount and a process namespace that end with it.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
. "$here/book.sh" motos

is_free() { true; }

up() {
  folder=${MOTO:?names the folder of its log}
  plain "$folder"
  sweep_book bury
  local tree; tree=$("$here/root.sh" moto)
  enter_in_book "$folder" 64 is_free
  trap 'bury "$k" "$folder"' EXIT
  mkdir -p "$folder"
  setsid unshare --mount --pid --fork --kill-child=KILL bash -c '
    set -e
    mount -t proc proc "$0/proc"
    mount --bind /dev "$0/dev"
    mount -t tmpfs -o mode=1777 tmpfs "$0/tmp"
    cd /
    exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LANG=C.UTF-8 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
      chroot --userspec=nobody:nogroup "$0" python3 -c "import sys; from moto.server import main; main(sys.argv[1:])" -H 127.0.0.1 -p "$1"' \
    "$tree" "${1:-0}" </dev/null >"$folder/log" 2>&1 &
  remember $!
  disown
  local address='' deadline=$((SECONDS + 60))
  until address=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$folder/log" | tail -n 1) && [ -n "$address" ]; do
    [ $SECONDS -lt $deadline ] && [ -n "$(remembered)" ] || { tail -n 3 "$folder/log" >&2; fail "it did not start; see $folder/log."; }
    sleep 0.05
  done
  trap - EXIT
  printf '%s\n' "$address"
}

bury() {
  trap - EXIT
  k=$1
  end_remembered
  rm -f "$2/log"
  rmdir "$2" 2>/dev/null || true
  strike_from_book "$k"
}

verb=${1:-}
[ $# -gt 0 ] && shift
case $verb in
  up) up "$@" ;;
  down)
    folder=${MOTO:?names the folder of its log}
    k=$(find_in_book "$folder") || fail "there is none in $folder."
    bury "$k" "$folder" ;;
  sweep) sweep_book bury ;;
  list) list_book ;;
  *) usage ;;
esac
