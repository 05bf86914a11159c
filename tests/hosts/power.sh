#!/usr/bin/env bash
# power.sh FOLDER TREE NAME: the power supply of one host of farm.sh, in the host's network namespace.
# Boots it, boots it again when it asked for a reboot, and ends with it when it was powered off.
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
wish=$1/upper/var/lib/wish
while :; do
  rm -f "$wish"
  ip link set eth0 up
  # kill-child: who kills this process pulls the plug of the whole host.
  unshare --fork --pid --mount --uts --ipc --kill-child=KILL bash "$here/boot.sh" "$@"
  # Nobody answers for a host without power, not even with "refused".
  ip link set eth0 down
  [ "$(cat "$wish" 2>/dev/null)" = reboot ] || break
done
