#!/usr/bin/env bash
# boot.sh FOLDER TREE NAME SPACE [COMMAND…]: the first process of a host of farm.sh, in namespaces of its own. Lays the host's disk
# over the tree and becomes its init, or the command that boots it.
# What it mounts, only this host sees, and it is gone with the host.
set -euo pipefail
folder=$1 tree=$2 name=$3 space=$4
shift 4
root=$folder/root

# The kernel lets go of the last boot's overlay a moment after its last process.
deadline=$((SECONDS + 10))
until mount -t overlay overlay -o "lowerdir=$tree,upperdir=$folder/upper,workdir=$folder/work" "$root"; do
  [ $SECONDS -lt $deadline ] || exit 1
  sleep 0.05
done
if [ $# -gt 0 ]; then
  # Its systemd makes groups below the one that it starts in; farm.sh removes them.
  for groups in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
    [ ! -e "$groups/cgroup.procs" ] || { mkdir -p "$groups/$space" && echo $$ >"$groups/$space/cgroup.procs"; }
  done
  exec "$@"
fi
cd "$root"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for device in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
  IFS=: read -r node major minor <<<"$device"
  mknod -m 666 "dev/$node" c "$major" "$minor"
done
mkdir dev/pts dev/shm run/sshd run/lock
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr
hostname "$name"

# Not chroot: the copies of this machine's mounts go, and with them what they would hold on to, such as other farms' namespaces.
pivot_root . .
umount -l .
cd /
install -d -o postgres -g postgres -m 2775 /run/postgresql
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin tini -g -- /usr/sbin/sshd -D -E /var/log/sshd.log
