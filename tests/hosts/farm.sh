#!/usr/bin/env bash
# Hosts on this machine that behave like EC2 instances: an address, a disk, processes and an sshd of their own.
# As root; FARM names the farm's folder, which holds ssh_config, known_hosts, keys and inventories.
#
#   farm.sh up N             makes the farm with hosts h1 to hN (0 to 20); prints its inventory
#   farm.sh down             ends and removes all of it
#   farm.sh sweep            removes every farm whose OWNER (a process id, given to up) is gone
#   farm.sh list             what farms there are
#   farm.sh add [--systemd] [--host-key FILE] [--authorized-keys FILE]     one host more; prints its name and address
#                            --systemd: boots as a Debian machine does, and runs the distribution's own cluster on port 5432
#   farm.sh remove H         removes it, disk and all
#   farm.sh ip H             its address
#   farm.sh run H COMMAND…   runs a command there as root, by no network
#   farm.sh off H · on H     pulls the plug: every process is gone at once, nobody answers · boots it; its disk has stayed
#   farm.sh cut H · heal H   nothing comes or goes any more · undoes this and the next one
#   farm.sh cut-postgres H   the farm's other hosts and H reach each other by ssh only; this machine reaches all
#   farm.sh delay H MS · undelay H       each frame to and from H takes so much longer (once each way)
#   farm.sh loss H PERCENT · noloss H    each frame to and from H is lost with that probability (in each direction; for all of them there is cut)
#
# How: a host is an overlay on root.sh's tree in namespaces of its own; the switch between them is a bridge in yet another
# namespace, because Docker would make this machine's own firewall drop what crosses a bridge. Faults are rules of the switch.
# Farm number K has the addresses 10.215.K.0/24 and the names pght-K-…; a host has one leg in it, and no way further.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
. "$here/book.sh" farms

# --- which farm ------------------------------------------------------------------------------------------------------

# Sets k (its number), switch and leg (this machine's interface in it).
number() { k=$1 switch=pght-$1-sw leg=pght$1; }

find_farm() {
  farm=${FARM:?names the folder of the farm}
  number "$(find_in_book "$farm" || fail "there is no farm in $farm; make one with: FARM=$farm $0 up 2")"
}

# All of a list is read before it is looked through: grep -q would end at the first hit, and under pipefail the list that was cut short would count as failed.
net() { grep -qE "^$1( |\$)" <<<"$(ip netns list)"; }
space() { echo "pght-$k-$1"; }
address() { echo "10.215.$k.$((10 + ${1#h}))"; }
mac() { printf '02:50:47:%02x:00:%02x' "$k" "${1#h}"; }

host_names() { local h; for h in "$farm"/h[0-9]*; do [ -d "$h/upper" ] && echo "${h##*/}"; done | sort -V; }

known_host() { [[ $1 =~ ^h[0-9]+$ ]] && [ -d "$farm/$1/upper" ] || fail "there is no host $1 in $farm."; }

# --- up and down -----------------------------------------------------------------------------------------------------

up() {
  [[ ${1:-} =~ ^[0-9]+$ ]] && [ "$1" -le 20 ] || fail "up takes the number of hosts, 0 to 20."
  local tool; for tool in ip nft ssh-keygen python3 unshare nsenter; do command -v $tool >/dev/null || fail "$tool is not installed."; done
  farm=${FARM:?names the folder of the farm}
  plain "$farm"
  sweep_book bury
  "$here/root.sh" host >/dev/null
  enter_in_book "$farm" 256 is_free
  number "$k"
  trap 'bury "$k" "$farm"' EXIT
  mkdir -p "$farm"
  ssh-keygen -q -t ed25519 -N '' -C pghatutor-farm -f "$farm/id_ed25519"
  ssh-keygen -q -t ed25519 -N '' -C nobody-knows-it -f "$farm/unknown_ed25519"

  ip netns add "$switch"
  ip link add "$leg" type veth peer name out netns "$switch"
  ip -n "$switch" -batch - <<END
link set lo up
link add br0 type bridge
link set br0 up
link set out master br0
link set out up
END
  ip addr add "10.215.$k.1/24" dev "$leg"
  ip link set "$leg" address "02:50:47:$(printf %02x "$k"):ff:01" up
  neighbours "$leg" | ip -batch -

  local h jobs=() broken=
  for h in $(seq -f 'h%g' 1 "$1"); do make "$h" & jobs+=($!); done
  # All of them, because none may still be at work when the farm is buried.
  for h in ${jobs[@]+"${jobs[@]}"}; do wait "$h" || broken=yes; done
  [ -z "$broken" ] || exit 1
  describe
  trap - EXIT
  printf '%s\n' "$farm/inventory.yaml"
}

is_free() { [ -z "$(ip -4 route show root "10.215.$1.0/24")" ] && ! grep -q "^pght-$1-" <<<"$(ip netns list)"; }

# bury K FOLDER: ends and removes everything of the farm, whatever of it there is; also of one that did not come up.
bury() {
  trap - EXIT
  number "$1"
  local name
  for name in $(ip netns list | grep -oE "^pght-$k-[a-z0-9]+"); do end_net "$name"; done
  ip link del "$leg" 2>/dev/null || true
  rm -rf "$2"/h[0-9]* "$2"/{ssh_config,known_hosts,id_ed25519*,unknown_ed25519*,.lock} "$2"/*.yaml
  rmdir "$2" 2>/dev/null || true
  strike_from_book "$k"
}

# Ends every process in a network namespace, then the namespace: its sockets cannot say goodbye to anybody any more.
end_net() {
  local pids first deadline=$((SECONDS + 20)) patience=50
  ip -n "$1" link set eth0 down 2>/dev/null || true
  # With the host's first process the kernel ends all others at once; those that run the host then end in good order.
  first=$(first_process "$1")
  if [ -n "$first" ]; then kill -KILL "$first" 2>/dev/null || true; else patience=0; fi
  while pids=$(ip netns pids "$1" 2>/dev/null) && [ -n "$pids" ]; do
    if [ $patience -gt 0 ]; then patience=$((patience - 1))
    else
      # shellcheck disable=SC2086
      kill -KILL $pids 2>/dev/null || true
    fi
    [ $SECONDS -lt $deadline ] || fail "processes in $1 do not end: $pids"
    sleep 0.02
  done
  remove_group "$1"
  # The kernel would take the pair away some time after the namespace.
  ip -n "$1" link del eth0 2>/dev/null || true
  ip netns del "$1" 2>/dev/null || true
}

# --- one host --------------------------------------------------------------------------------------------------------

# Disk and identity of a new host, and its first boot.
make() {
  local h=$1 disk=$farm/$1/upper user
  [[ $h =~ ^h([1-9]|1[0-9]|20)$ ]] || fail "hosts are h1 to h20, not $h."
  [ ! -e "$farm/$h" ] || fail "$h is there already."
  local tree; tree=$("$here/root.sh" "${kind:-host}")
  mkdir -p "$farm/$h"/{work,root} "$disk"/etc/ssh "$disk"/home/{ubuntu,asked}/.ssh
  printf '%s\n' "$tree" >"$farm/$h/tree"
  if [ -n "${host_key:-}" ]; then install -m 600 "$host_key" "$disk/etc/ssh/ssh_host_ed25519_key"
  else ssh-keygen -q -t ed25519 -N '' -C "$h" -f "$disk/etc/ssh/ssh_host_ed25519_key"; fi
  ssh-keygen -y -f "$disk/etc/ssh/ssh_host_ed25519_key" >"$disk/etc/ssh/ssh_host_ed25519_key.pub"
  for user in ubuntu asked; do
    cp "${authorized_keys:-$farm/id_ed25519.pub}" "$disk/home/$user/.ssh/authorized_keys"
    chmod 700 "$disk/home/$user/.ssh"; chmod 600 "$disk/home/$user/.ssh/authorized_keys"
    chown -R "$(awk -F: -v user=$user '$1 == user { print $3 ":" $4 }' "$tree/etc/passwd")" "$disk/home/$user"
  done
  echo "$h" >"$disk/etc/hostname"
  { printf '127.0.0.1 localhost\n'; local i; for i in $(seq 20); do printf '%s h%s\n' "$(address "h$i")" "$i"; done; } >"$disk/etc/hosts"
  on "$h"
}

on() {
  local h=$1 name deadline=$((SECONDS + 30)); name=$(space "$1")
  # From within, because the way to it may be cut.
  until net "$name" && nsenter "--net=/run/netns/$name" bash -c 'exec 3<>/dev/tcp/127.0.0.1/22' 2>/dev/null; do
    [ $SECONDS -lt $deadline ] || { tail -n 5 "$farm/$h/log" >&2; fail "the sshd of $h did not start; see $farm/$h/log and $farm/$h/upper/var/log/sshd.log."; }
    # Off, or it was powered off from within; else it is on its way.
    if ! net "$name" || [ -z "$(ip netns pids "$name")" ]; then off "$h"; power "$h" "$name"; fi
    sleep 0.02
  done
}

# Its leg in the network, and what runs it.
power() {
  local h=$1 name=$2 bridge=br0
  ip netns add "$name"
  ip link add eth0 address "$(mac "$h")" netns "$name" type veth peer name "$h" netns "$switch"
  ! ip -n "$switch" link show "far-$h" >/dev/null 2>&1 || bridge=far-$h
  ip -n "$switch" link set "$h" master "$bridge" up
  { printf 'link set lo up\naddr add %s/24 dev eth0\nlink set eth0 up\n' "$(address "$h")"; neighbours eth0; } | ip -n "$name" -batch -
  setsid nsenter "--net=/run/netns/$name" bash "$here/power.sh" "$farm/$h" "$(cat "$farm/$h/tree")" "$h" "$name" </dev/null >>"$farm/$h/log" 2>&1 &
  disown
}

# Everybody knows every address in advance, as EC2's network does: who is off or cut off is met with silence, not with "no route to host".
neighbours() {
  local i
  for i in $(seq 20); do printf 'neigh replace %s lladdr %s nud permanent dev %s\n' "$(address "h$i")" "$(mac "h$i")" "$1"; done
  printf 'neigh replace 10.215.%s.1 lladdr 02:50:47:%02x:ff:01 nud permanent dev %s\n' "$k" "$k" "$1"
}

off() { ! net "$(space "$1")" || end_net "$(space "$1")"; }

add() {
  local h=h1
  while [ $# -gt 0 ]; do
    case $1 in
      --systemd) kind=systemd; shift ;;
      --host-key) host_key=$2; shift 2 ;;
      --authorized-keys) authorized_keys=$2; shift 2 ;;
      *) fail "add does not know $1." ;;
    esac
  done
  exec 8>"$farm/.lock"
  flock 8
  while [ -e "$farm/$h" ]; do h=h$((${h#h} + 1)); done
  make "$h" 8>&-
  describe
  printf '%s %s\n' "$h" "$(address "$h")"
}

remove() {
  exec 8>"$farm/.lock"
  flock 8
  undelay "$1"
  local fault; for fault in cut cutpg loss; do unrule "$fault" "$1"; done
  off "$1"
  rm -rf "${farm:?}/$1"
  describe
}

# The one that is number 1 in the host.
first_process() {
  local pid
  for pid in $(ip netns pids "$1" 2>/dev/null); do
    if grep -qE '^NSpid:.*[[:space:]]1$' "/proc/$pid/status" 2>/dev/null; then echo "$pid"; return; fi
  done
}

# As root in all of the host's namespaces.
run() {
  local h=$1 first; shift
  first=$(first_process "$(space "$h")")
  [ -n "$first" ] || fail "$h is off."
  exec nsenter --all -t "$first" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 "$@"
}

# --- faults ----------------------------------------------------------------------------------------------------------

# rule FAULT H LINES: one table of the switch's firewall for each fault of each host.
rule() {
  unrule "$1" "$2"
  ip netns exec "$switch" nft -f - <<END
table bridge $1-$2 {
  chain crossing {
    type filter hook forward priority 0; policy accept;
    $3
  }
}
END
}

unrule() { ip netns exec "$switch" nft delete table bridge "$1-$2" 2>/dev/null || true; }

cut_off() { rule cut "$1" "iifname $1 drop
    oifname $1 drop"; }

cut_postgres() {
  local own machine=10.215.$k.1; own=$(address "$1")
  rule cutpg "$1" "tcp dport 22 accept
    tcp sport 22 accept
    ip saddr $own ip daddr != $machine drop
    ip daddr $own ip saddr != $machine drop"
}

heal() { unrule cut "$1"; unrule cutpg "$1"; }

loss() {
  [[ ${2:-} =~ ^[0-9]+$ ]] && [ "$2" -le 99 ] || fail "loss takes a host and a percentage, 0 to 99; for all of it there is cut."
  rule loss "$1" "iifname $1 numgen random mod 100 < $2 drop
    oifname $1 numgen random mod 100 < $2 drop"
}

# The host's port moves to a bridge of its own, and a slow link joins the two.
delay() {
  [[ ${2:-} =~ ^[0-9]+(\.[0-9]+)?$ ]] || fail "delay takes a host and milliseconds."
  undelay "$1"
  local h=$1 end deadline=$((SECONDS + 10))
  ip netns exec "$switch" python3 "$here/delay.py" "slow-$h" "slowfar-$h" "$2" </dev/null >>"$farm/$h/log" 2>&1 &
  echo $! >"$farm/$h/delay.pid"
  disown
  ip -n "$switch" link add "far-$h" type bridge
  ip -n "$switch" link set "far-$h" up
  for end in "slow-$h br0" "slowfar-$h far-$h"; do
    # shellcheck disable=SC2086
    until ip -n "$switch" link set ${end% *} master ${end#* } up 2>/dev/null; do
      [ $SECONDS -lt $deadline ] || fail "the slow link did not start; see $farm/$h/log."
      sleep 0.02
    done
  done
  ! ip -n "$switch" link show "$h" >/dev/null 2>&1 || ip -n "$switch" link set "$h" master "far-$h"
}

undelay() {
  local h=$1 pid
  ! ip -n "$switch" link show "$h" >/dev/null 2>&1 || ip -n "$switch" link set "$h" master br0
  pid=$(cat "$farm/$h/delay.pid" 2>/dev/null || true)
  if [ -n "$pid" ] && grep -qx "$pid" <<<"$(ip netns pids "$switch")"; then kill -KILL "$pid"; fi
  rm -f "$farm/$h/delay.pid"
  ip -n "$switch" link del "far-$h" 2>/dev/null || true
}

# --- what the outside reads ------------------------------------------------------------------------------------------

describe() {
  local h i=0 names; mapfile -t names < <(host_names)
  for h in ${names[@]+"${names[@]}"}; do
    printf '%s,%s %s\n' "$h" "$(address "$h")" "$(bare_key "$farm/$h/upper/etc/ssh/ssh_host_ed25519_key.pub")"
  done >"$farm/known_hosts"
  {
    for h in ${names[@]+"${names[@]}"}; do printf 'Host %s\n  HostName %s\n' "$h" "$(address "$h")"; done
    printf 'Host h* 10.215.%s.*\n  User ubuntu\n  IdentityFile %s/id_ed25519\n  IdentitiesOnly yes\n  UserKnownHostsFile %s/known_hosts\n' "$k" "$farm" "$farm"
    printf '  GlobalKnownHostsFile /dev/null\n  StrictHostKeyChecking yes\n  BatchMode yes\n'
  } >"$farm/ssh_config"
  chmod 600 "$farm/ssh_config"
  inventory ${names[@]+"${names[@]}"} >"$farm/inventory.yaml"
  rm -f "$farm"/pair-*.yaml "$farm/one.yaml"
  if [ ${#names[@]} -ge 1 ]; then
    { head_of_inventory; printf '  - {name: %s, address: %s, nodes: [primary, standby]}\n' "${names[0]}" "$(address "${names[0]}")"; } >"$farm/one.yaml"
  fi
  while [ $((i + 1)) -lt ${#names[@]} ]; do
    inventory "${names[i]}" "${names[i + 1]}" >"$farm/pair-$((i / 2 + 1)).yaml"
    i=$((i + 2))
  done
}

# The key's type and the key, without the comment.
bare_key() { awk '{ print $1, $2 }' "$1"; }

head_of_inventory() { printf 'format: 1\nssh_config: ssh_config\nknown_hosts: known_hosts\nhosts:\n'; }

# The first host has the primary, the second the standby; what else a lesson has is dealt to all in order.
inventory() {
  head_of_inventory
  local h nodes=("nodes: [primary]" "nodes: [standby]") i=0
  for h in "$@"; do
    printf '  - {name: %s, address: %s%s}\n' "$h" "$(address "$h")" "${nodes[i]:+, ${nodes[i]}}"
    i=$((i + 1))
  done
}

# --- go --------------------------------------------------------------------------------------------------------------

verb=${1:-}
[ $# -gt 0 ] && shift
case $verb in
  up) up "$@" ;;
  down) find_farm; bury "$k" "$farm" ;;
  sweep) sweep_book bury ;;
  list) list_book ;;
  add) find_farm; add "$@" ;;
  ip) find_farm; known_host "${1:-}"; address "$1" ;;
  cut) find_farm; known_host "${1:-}"; cut_off "$1" ;;
  on|off|heal|delay|undelay|loss|run|remove) find_farm; known_host "${1:-}"; "$verb" "$@" ;;
  noloss) find_farm; known_host "${1:-}"; unrule loss "$1" ;;
  cut-postgres) find_farm; known_host "${1:-}"; cut_postgres "$1" ;;
  *) usage ;;
esac
