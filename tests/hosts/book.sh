# shellcheck shell=bash
# book.sh KIND: sourced by scripts that let something stand on this machine (farms, engines), several side by side.
# The book has a folder for each of them, by number, with the folder that it lives in and the process that owns it. It lies
# where a restart of the machine clears it, as it does what the book tells of.
me=${0##*/}
books=/run/pghatutor-test/$1
[ "$(id -u)" = 0 ] || { printf '%s: it takes root.\n' "$me" >&2; exit 1; }
mkdir -p "$books"

fail() { printf '%s: %s\n' "$me" "$*" >&2; exit 1; }

# One word for a living process that no later one with its id shares.
life() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" { print $20 }'; }

# An absolute path that can stand in a mount option, an ssh_config and a socket's name.
plain() { [[ $1 =~ ^/[A-Za-z0-9/._-]+$ ]] || fail "the folder has to be an absolute path without unusual characters, not $1."; }

# The number of what lives in a folder.
find_in_book() {
  local page
  for page in "$books"/[0-9]*; do
    if [ "$(cat "$page/folder" 2>/dev/null)" = "$1" ]; then echo "${page##*/}"; return; fi
  done
  return 1
}

# Takes the first number below LIMIT ($2) for which FREE ($3, a command) says yes, for what is to live in FOLDER ($1) and is
# owned by the process $OWNER, if that is set. Sets k.
enter_in_book() {
  local lock i
  exec {lock}>"$books/lock"
  flock "$lock"
  ! find_in_book "$1" >/dev/null || fail "there is one in $1 already."
  [ -z "$(ls -A "$1" 2>/dev/null)" ] || fail "$1 is not empty."
  for ((i = 0; i < $2; i++)); do
    "$3" "$i" && mkdir "$books/$i" 2>/dev/null || continue
    printf '%s\n' "$1" >"$books/$i/folder"
    if [ -n "${OWNER:-}" ]; then printf '%s %s\n' "$OWNER" "$(life "$OWNER")" >"$books/$i/owner"; fi
    exec {lock}>&-
    k=$i
    return
  done
  fail "all $2 numbers are taken; see $me list."
}

# The process that keeps the namespaces of number k: with it ends everything in them. Remembered, it is given if it lives.
remember() { printf '%s %s\n' "$1" "$(life "$1")" >"$books/$k/process"; }
remembered() {
  local pid born
  if read -r pid born 2>/dev/null <"$books/$k/process" && [ "$(life "$pid")" = "$born" ]; then echo "$pid"; fi
}

end_remembered() {
  local pid deadline=$((SECONDS + 60)); pid=$(remembered)
  # The first process in there; the one outside ends when everything with it has.
  # shellcheck disable=SC2046
  [ -z "$pid" ] || kill -KILL $(cat "/proc/$pid/task/$pid/children") 2>/dev/null || true
  while [ -n "$(remembered)" ]; do
    [ $SECONDS -lt $deadline ] || fail "process $pid and what lives in it do not end."
    sleep 0.02
  done
}

strike_from_book() { rm -rf "${books:?}/$1"; }

# Calls BURY ($1) with the number and the folder of each whose owner is gone.
sweep_book() {
  (
    flock 9
    for page in "$books"/[0-9]*; do
      [ -r "$page/owner" ] || continue
      read -r pid born <"$page/owner"
      [ "$(life "$pid")" != "$born" ] || continue
      folder=$(cat "$page/folder")
      "$1" "${page##*/}" "$folder"
      printf 'Swept %s: its owner, process %s, is gone.\n' "$folder" "$pid" >&2
    done
  ) 9>"$books/lock"
}

list_book() {
  local page
  for page in "$books"/[0-9]*; do
    [ -d "$page" ] || continue
    printf '%s\tnumber %s\t%s\n' "$(cat "$page/folder")" "${page##*/}" "$([ -r "$page/owner" ] && echo "owner $(cut -d' ' -f1 "$page/owner")" || echo "until down")"
  done
}

# Removes a control group that nothing lives in any more; one that has just ended is counted for a moment.
remove_group() {
  local group deadline=$((SECONDS + 5))
  for group in /sys/fs/cgroup/{,unified/,*/}"$1"; do
    while [ -d "$group" ] && [ $SECONDS -lt $deadline ]; do
      find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.05
    done
  done
}

# What the caller's own first comment says of its verbs.
usage() { sed -n '/^#   /s/^#   //p;/^set /q' "$0" >&2; exit 2; }
