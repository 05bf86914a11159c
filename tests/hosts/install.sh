#!/usr/bin/env bash
# install.sh: installs by apt what the test hosts need, where that can be done; says what cannot be had, and what is skipped therefore.
set -uo pipefail

# What for, what is looked for, its package.
wanted="
farm.sh ip iproute2
farm.sh nft nftables
farm.sh ssh openssh-client
farm.sh python3 python3-minimal
farm.sh unshare util-linux
farm.sh mmdebstrap mmdebstrap
systemd.sh systemd-nspawn systemd-container
docker.sh dockerd docker.io
docker.sh docker-init tini
"
missing() { while read -r script tool package; do [ -z "$script" ] || [ -x "$(command -v "$tool")" ] || echo "$script" "$package"; done <<<"$wanted"; }

packages=$(missing | cut -d' ' -f2 | sort -u)
[ -n "$packages" ] || exit 0
if [ "$(id -u)" != 0 ]; then
  echo "Skipped: tests on test hosts (SSH, systemd, Docker, EC2 end to end); they take root."
elif ! command -v apt-get >/dev/null; then
  echo "Skipped: tests on test hosts; tests/hosts installs on Debian and Ubuntu only."
else
  apt-get update -qq
  for package in $packages; do
    # One by one, so that one that cannot be had costs only what needs it.
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null || echo "Could not install $package."
  done
  missing | while read -r script package; do echo "Skipped: tests on $script; $package is missing."; done
fi
