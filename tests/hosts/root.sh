#!/usr/bin/env bash
# root.sh [KIND [SUITE]]: prints the folder of a Debian system for test hosts; makes it first where it is not there yet.
#
# KIND   host     PostgreSQL, sshd, sudo: what farm.sh boots and docker.sh makes an image of
#        systemd  the same with systemd and a cluster of the distribution's own
#        moto     an EC2 endpoint in Python, for moto.sh
#        engine   a Docker engine, for docker.sh
# SUITE  of Debian; default: this machine's own (moto and engine: trixie, which has an endpoint and a newer engine)
#
# Nothing may write into the folder: hosts lay it under an overlay. Two that start at the same moment share one making.
set -euo pipefail
kind=${1:-host}
cache=${PGHATUTOR_TEST_CACHE:-/var/cache/pghatutor-test}

fail() { printf 'root.sh: %s\n' "$*" >&2; exit 1; }

case $kind in
  host) packages=postgresql,openssh-server,sudo,iproute2,nftables,tini,perl-base ;;
  systemd) packages=postgresql,openssh-server,sudo,iproute2,nftables,perl-base,systemd-sysv,dbus,libpam-systemd ;;
  moto) packages=python3-moto,python3-flask,python3-flask-cors ;;
  engine) packages=docker.io,tini ;;
  *) fail "there is no kind $kind; there are host, systemd, moto and engine." ;;
esac
own=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
suite=${2:-$(case $kind in moto|engine) echo trixie ;; *) echo "$own" ;; esac)}
[ -n "$suite" ] || fail "this machine does not say which Debian it is; name a suite."

# What is made depends on this file alone, so a changed recipe gets a folder of its own.
tree=$cache/$kind-$suite-$(cksum <"${BASH_SOURCE[0]}" | cut -d' ' -f1)
if [ -e "$tree/.made" ]; then printf '%s\n' "$tree"; exit; fi
[ "$(id -u)" = 0 ] || fail "making $tree takes root."
command -v mmdebstrap >/dev/null || fail "mmdebstrap is not installed: apt-get install mmdebstrap"

mkdir -p "$cache"
exec 9>"$cache/$kind-$suite.lock"
flock 9
if [ -e "$tree/.made" ]; then printf '%s\n' "$tree"; exit; fi

# The mirror that this machine's own packages come from.
mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
  awk -v suite="$own" '$2 == suite && $3 == "main" { print $1; exit }')
[ -n "$mirror" ] || fail "apt knows no source of $own main on this machine; see /etc/apt/sources.list."

# A making that was cut off leaves its folder; nobody else is at it now.
rm -rf "$cache/$kind-$suite-"*.new
began=$SECONDS
printf 'Making %s from %s…\n' "$tree" "$mirror" >&2
# Check-Valid-Until: the lists of a mirror that stands still (a snapshot) have run out.
# createcluster.conf: without it the package would start a server of its own, here, on this machine's port 5432.
mmdebstrap --mode=root --format=directory --variant=minbase --components=main --include="$packages" \
  --aptopt='Acquire::Check-Valid-Until "false"' --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*/LC_MESSAGES/*' \
  --setup-hook='mkdir -p "$1/etc/postgresql-common" && echo "create_main_cluster = false" >"$1/etc/postgresql-common/createcluster.conf"' \
  "$suite" "$tree.new" "$mirror" >"$cache/$kind-$suite.log" 2>&1 9>&- ||
  { tail -n 5 "$cache/$kind-$suite.log" >&2; fail "that failed; all of it is in $cache/$kind-$suite.log."; }

if [ "$kind" = host ] || [ "$kind" = systemd ]; then
  # As on EC2: an account that may become anybody. And one whose sudo asks for a password that nobody has.
  chroot "$tree.new" useradd -m -s /bin/bash -p '*' ubuntu
  chroot "$tree.new" useradd -m -s /bin/bash -p '*' asked
  printf 'ubuntu ALL=(ALL) NOPASSWD:ALL\nasked ALL=(ALL) ALL\n' >"$tree.new/etc/sudoers.d/90-hosts"
  chmod 440 "$tree.new/etc/sudoers.d/90-hosts"
  rm -f "$tree.new"/etc/ssh/ssh_host_*
  # Each host gets one key, an ed25519; a password helps nobody.
  printf 'HostKey /etc/ssh/ssh_host_ed25519_key\nPasswordAuthentication no\nUseDNS no\n' >"$tree.new/etc/ssh/sshd_config.d/hosts.conf"
fi
if [ "$kind" = systemd ]; then
  # The cluster that the package would have made; it starts with the machine, as anybody's does.
  chroot "$tree.new" pg_createcluster "$(ls "$tree.new/usr/lib/postgresql")" main >/dev/null
fi
if [ "$kind" = host ]; then
  # No login session to set up, and no systemd to do it with.
  printf 'UsePAM no\n' >>"$tree.new/etc/ssh/sshd_config.d/hosts.conf"
  # Without systemd, the machine's power is a wish that power.sh reads once everything has ended.
  cat >"$tree.new/usr/local/sbin/shutdown" <<'POWER'
#!/bin/sh
# Stand-in for systemd's shutdown, poweroff, halt and reboot; a delay is taken as now.
[ "$(id -u)" = 0 ] || { echo "Must be root." >&2; exit 1; }
wish=poweroff
case "${0##*/} $*" in reboot*|*" -r"*) wish=reboot ;; esac
echo $wish >/var/lib/wish
# Ends tini, and with it every process of the host.
kill -TERM 1
POWER
  chmod 755 "$tree.new/usr/local/sbin/shutdown"
  for name in poweroff halt reboot; do ln -s shutdown "$tree.new/usr/local/sbin/$name"; done
fi
touch "$tree.new/.made"
mv "$tree.new" "$tree"

# Earlier recipes' folders go, unless a host still stands on one.
for old in "$cache/$kind-$suite-"*; do
  [ "$old" = "$tree" ] || grep -qsF "lowerdir=$old," /proc/[0-9]*/mountinfo || rm -rf "$old"
done
printf 'Made in %s s, %s.\n' "$((SECONDS - began))" "$(du -sh "$tree" | cut -f1)" >&2
printf '%s\n' "$tree"
