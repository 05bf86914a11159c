#!/usr/bin/env bash
# A Docker engine of the tests' own, with the image pghatutor-test:MAJOR, a stand-in for the official postgres:MAJOR.
# As root; ENGINE names the engine's folder, which should be short: it holds docker.sock, whose name has to fit into 107 bytes.
#
#   docker.sh up [SUITE]     starts the engine (this machine's own, or that of a Debian suite: trixie) and makes the image; prints the variables to export
#   docker.sh env            prints them again
#   docker.sh down           ends and removes the engine with all its containers, networks, images
#   docker.sh sweep          removes every engine whose OWNER (a process id, given to up) is gone
#   docker.sh list           what engines there are
#
# How: the engine and all its containers live in a process and a mount namespace whose first process ends them all, so
# nothing outlives it. It does not forward, and leaves the firewall alone but for an exception for its own addresses (Docker
# would drop what others forward, and leave that behind), so its containers have no way out of the machine; ports are published by its user-land proxy.
# Engine number K has the bridge pghtd<K>, the addresses 10.213.K.0/24 and for its networks a sixteenth of 10.214.0.0/16.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
. "$here/book.sh" engines

find_engine() {
  engine=${ENGINE:?names the folder of the engine}
  k=$(find_in_book "$engine") || fail "there is no engine in $engine; make one with: ENGINE=$engine $0 up"
}

pool() { echo "10.214.$(($1 * 16)).0/20"; }
is_free() { [ -z "$(ip -4 route show root "10.213.$1.0/24")$(ip -4 route show root "$(pool "$1")")" ] && [ ! -e "/sys/class/net/pghtd$1" ]; }

up() {
  local suite=${1:-} tool; for tool in $([ -n "$suite" ] || echo dockerd docker-init) docker ip unshare; do command -v $tool >/dev/null || fail "$tool is not installed."; done
  engine=${ENGINE:?names the folder of the engine}
  plain "$engine"
  [ ${#engine} -le 80 ] || fail "$engine is too long for the name of a socket."
  sweep_book bury
  local tree engine_tree; tree=$("$here/root.sh" host)
  [ -z "$suite" ] || engine_tree=$("$here/root.sh" engine "$suite")
  enter_in_book "$engine" 16 is_free
  trap 'bury "$k" "$engine"' EXIT
  mkdir -p "$engine"/{data,exec}
  ip link add "pghtd$k" type bridge
  ip addr add "10.213.$k.1/24" dev "pghtd$k"
  ip link set "pghtd$k" up
  pass -I

  # docker-init is tini: it takes in what containers leave. An engine of another suite has that suite's tree as its root.
  local root=(); [ -z "$suite" ] || root=(bash -c "$enter" enter "$engine" "$engine_tree")
  setsid unshare --mount --pid --fork --kill-child=KILL --mount-proc "${root[@]}" docker-init -- dockerd \
    --data-root "$engine/data" --exec-root "$engine/exec" --pidfile "$engine/dockerd.pid" --host "unix://$engine/docker.sock" \
    --bridge "pghtd$k" --default-address-pool "base=$(pool "$k"),size=26" --cgroup-parent "/pghtd$k" \
    --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false </dev/null >"$engine/dockerd.log" 2>&1 &
  remember $!
  disown
  export DOCKER_HOST=unix://$engine/docker.sock
  export DOCKER_CONFIG=$engine/config
  local deadline=$((SECONDS + 60))
  until [ -S "$engine/docker.sock" ] && docker version >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] && [ -n "$(remembered)" ] || { grep -E 'level=(error|fatal)|^failed' "$engine/dockerd.log" | tail -n 3 >&2; fail "the engine did not start; see $engine/dockerd.log."; }
    sleep 0.05
  done
  make_image "$tree"
  trap - EXIT
  environment
}

# FOLDER TREE COMMAND…: lays a disk over the tree and becomes the command in there; the folder has the same name there.
# Not chroot: containers are entered by pivot_root, which the kernel allows from the root of a file system only.
enter='
  set -e
  folder=$1 tree=$2
  shift 2
  mkdir -p "$folder"/{root,upper,work}
  mount -t overlay overlay -o "lowerdir=$tree,upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
  cd "$folder/root"
  mount -t proc proc proc
  mount --rbind /sys sys
  mount --rbind /dev dev
  mount -t tmpfs tmpfs run
  mkdir -p ".$folder"
  mount --bind "$folder" ".$folder"
  pivot_root . .
  umount -l .
  cd /
  exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"'

# Where something else makes this machine's firewall drop what crosses bridges (another engine does), the engine's own
# networks are excepted.
pass() {
  local net
  command -v iptables >/dev/null || return 0
  for net in "10.213.$k.0/24" "$(pool "$k")"; do iptables "$1" FORWARD -s "$net" -d "$net" -j ACCEPT 2>/dev/null || true; done
}

# The hosts' tree without what a container has no use for, and the folders that the official image has. The compiler behind
# PostgreSQL's JIT is half of the tree; without it PostgreSQL just does not compile.
make_image() {
  local tree=$1 more=$engine/image major postgres
  major=$(ls "$tree/usr/lib/postgresql")
  postgres=$(awk -F: '$1 == "postgres" { print $3 ":" $4 }' "$tree/etc/passwd")
  mkdir -p "$more"/{docker-entrypoint-initdb.d,var/lib/postgresql/data,run/postgresql}
  chown -R "$postgres" "$more/var/lib/postgresql" "$more/run/postgresql"
  chmod 3777 "$more/run/postgresql"
  chmod 700 "$more/var/lib/postgresql/data"
  tar -c -C "$tree" --exclude=./var/lib/apt/lists --exclude=./var/cache/apt --exclude=./usr/share/doc --exclude=./usr/share/locale --exclude=./usr/share/i18n \
    --exclude='./usr/lib/*/libLLVM*' --exclude='./usr/lib/*/libz3*' --exclude='./usr/lib/postgresql/*/lib/bitcode' --exclude='./usr/lib/postgresql/*/lib/llvmjit*' \
    --exclude=./home/ubuntu --exclude=./home/asked --exclude=./etc/sudoers.d/90-hosts --exclude='./usr/local/sbin/*' --exclude=./.made . \
    -C "$more" ./docker-entrypoint-initdb.d ./var/lib/postgresql/data ./run/postgresql |
    docker import - pghatutor-test-base >/dev/null
  rm -rf "$more"
  # The older builder, because the newer one is a package of its own.
  DOCKER_BUILDKIT=0 docker build --quiet --network none --build-arg "MAJOR=$major" --tag "pghatutor-test:$major" "$here/image" >"$engine/build.log" 2>&1 ||
    { cat "$engine/build.log" >&2; fail "the image was not built."; }
}

# One NAME=VALUE a line.
environment() {
  export DOCKER_HOST=unix://$engine/docker.sock
  local api; api=$(docker version --format '{{.Server.APIVersion}}')
  printf 'DOCKER_HOST=%s\n' "$DOCKER_HOST"
  # Testcontainers asks for 1.44, which engines before 25 do not know.
  [ "$(printf '%s\n1.44\n' "$api" | sort -V | head -n 1)" = 1.44 ] || printf 'DOCKER_API_VERSION=%s\n' "$api"
  # Its image cannot be had without a registry; and a machine with /.dockerenv is not reached through the bridge.
  printf 'TESTCONTAINERS_RYUK_DISABLED=true\nTESTCONTAINERS_HOST_OVERRIDE=127.0.0.1\n'
  printf 'PGHATUTOR_IMAGE=%s\n' "$(docker images --format '{{.Repository}}:{{.Tag}}' pghatutor-test)"
}

# bury K FOLDER: ends and removes everything of the engine, whatever of it there is.
bury() {
  trap - EXIT
  k=$1
  end_remembered
  local link
  remove_group "pghtd$k"
  pass -D
  # Its networks' bridges, by their addresses.
  for link in $(ip -o -4 addr show to "$(pool "$k")" | awk '{ print $2 }') "pghtd$k"; do ip link del "$link" 2>/dev/null || true; done
  rm -rf "$2"
  strike_from_book "$k"
}

verb=${1:-}
case $verb in
  up) up "${2:-}" ;;
  env) find_engine; environment ;;
  down) find_engine; bury "$k" "$engine" ;;
  sweep) sweep_book bury ;;
  list) list_book ;;
  *) usage ;;
esac
