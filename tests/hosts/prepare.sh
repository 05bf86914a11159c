#!/usr/bin/env bash
# prepare.sh: installs by apt what the test hosts need and makes their trees, and the versions of PostgreSQL that
# this machine lacks, where that can be done; says in a line each what cannot be had, and what is skipped therefore. Never fails: the
# tests skip with their reason.
set -uo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)

# Who needs it, what is looked for, its package.
wanted="
SSH ip iproute2
SSH nft nftables
SSH ssh openssh-client
SSH sshd openssh-server
SSH python3 python3-minimal
SSH unshare util-linux
SSH mmdebstrap mmdebstrap
systemd systemd-nspawn systemd-container
Docker dockerd docker.io
Docker docker-init tini
versions patchelf patchelf
"
missing() { while read -r kind tool package; do [ -z "$kind" ] || command -v "$tool" >/dev/null || echo "$kind $package"; done <<<"$wanted"; }
packages() { missing | cut -d' ' -f2 | sort -u; }
install_quietly() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1; }

# Tests start what they need by themselves; no service of the machine is started for them.
policy=/usr/sbin/policy-rc.d
if [ "$(id -u)" = 0 ] && [ ! -e "$policy" ] && [ -d "${policy%/*}" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi

if [ "$(id -u)" != 0 ]; then
  echo "Skipped: tests on hosts of their own (SSH, systemd, Docker, EC2) and on other versions of PostgreSQL; they take root."
  exit 0
fi
if [ -n "$(packages)" ]; then
  if command -v apt-get >/dev/null; then
    apt-get update -qq || true
    # shellcheck disable=SC2046
    install_quietly $(packages) ||
      for package in $(packages); do install_quietly "$package" || echo "Could not install $package."; done
  fi
  missing | while read -r kind package; do
    case $kind in versions) what="other versions of PostgreSQL" ;; *) what="$kind hosts" ;; esac
    echo "Skipped: tests on $what; $package is not installed."
  done
fi
for major in 13 17 18; do
  "$here/postgres.sh" "$major" >/dev/null || echo "Skipped: tests on PostgreSQL $major; it could not be made." &
done
command -v mmdebstrap >/dev/null || { wait; echo "Skipped: tests on hosts of their own; without mmdebstrap there is nothing to boot."; exit 0; }

for kind in host systemd moto engine; do
  "$here/root.sh" "$kind" >/dev/null || echo "Skipped: tests that need the $kind tree; it could not be made." &
done
wait
