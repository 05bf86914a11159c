#!/usr/bin/env bash
# power.sh FOLDER TREE NAME SPACE: the power supply of one host of farm.sh, in the host's network namespace.
# Boots it, boots it again when it asked for a reboot, and ends with it when it was powered off.
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
wish=$1/upper/var/lib/wish
while :; do
  rm -f "$wish"
  ip link set eth0 up
  if [ -x "$2/usr/lib/systemd/systemd" ]; then
    # keep-unit: a reboot from within is then told, by 133, and not done by systemd-nspawn, which would lose the overlay.
    unshare --mount bash "$here/boot.sh" "$@" systemd-nspawn --quiet --register=no --keep-unit --hostname="$3" \
      --network-namespace-path=/proc/self/ns/net --capability=CAP_NET_ADMIN \
      --resolv-conf=off --timezone=off --boot --console=pipe --directory="$1/root"
    [ $? != 133 ] || echo reboot >"$wish"
  else
    # kill-child: who kills this process pulls the plug of the whole host.
    unshare --fork --pid --mount --uts --ipc --kill-child=KILL bash "$here/boot.sh" "$@"
  fi
  # Nobody answers for a host without power, not even with "refused".
  ip link set eth0 down
  [ "$(cat "$wish" 2>/dev/null)" = reboot ] || break
done
