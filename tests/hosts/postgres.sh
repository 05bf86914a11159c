#!/usr/bin/env bash
# postgres.sh MAJOR: prints the folder of PostgreSQL MAJOR's programs, for $PGHATUTOR_PG_BIN; makes it first where it is not there yet.
#
# MAJOR  13, 15, 17, 18: those that a suite of Debian has, this machine's own or another; all programs, as its packages bring them.
#        No suite has 14 and 16.
#
# Anybody may run them in place. Programs of another suite want another libc than this machine's, so each set has libraries
# and a loader of its own, and its programs are told where those lie. Two that start at the same moment share one making.
set -euo pipefail
major=${1:-}
cache=${PGHATUTOR_TEST_CACHE:-/var/cache/pghatutor-test}

fail() { printf 'postgres.sh: %s\n' "$*" >&2; exit 1; }

# The first of them that has it is taken.
case $major in
  13) suites=bullseye ;;
  15) suites=bookworm ;;
  17) suites=trixie ;;
  18) suites='forky sid' ;;
  *) fail "no suite of Debian is known to have PostgreSQL '$major'; there are 13, 15, 17 and 18." ;;
esac

# What is made depends on this file alone, so a changed recipe gets a folder of its own.
tree=$cache/postgres-$major-$(cksum <"${BASH_SOURCE[0]}" | cut -d' ' -f1)
bin=$tree/usr/lib/postgresql/$major/bin
if [ -e "$tree/.made" ]; then printf '%s\n' "$bin"; exit; fi
[ "$(id -u)" = 0 ] || fail "making $tree takes root."
for tool in patchelf apt-get dpkg-deb; do command -v $tool >/dev/null || fail "$tool is not installed."; done

mkdir -p "$cache"
exec 9>"$cache/postgres-$major.lock"
flock 9
if [ -e "$tree/.made" ]; then printf '%s\n' "$bin"; exit; fi

# The mirror that this machine's own packages come from.
own=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
  awk -v suite="$own" '$2 == suite && $3 == "main" { print $1; exit }')
[ -n "$mirror" ] || fail "apt knows no source of $own main on this machine; see /etc/apt/sources.list."

# A making that was cut off leaves its folders; nobody else is at it now.
rm -rf "$tree" "$cache/postgres-$major-"*.new
began=$SECONDS
apt=$tree.new/apt new=$tree.new/root
mkdir -p "$apt"/lists/partial "$apt"/archives/partial "$new"
chmod 755 "$tree.new" "$new"
printf 'Making %s from %s…\n' "$tree" "$mirror" >&2
exec 8>&1 7>&2 >"$cache/postgres-$major.log" 2>&1
trap 'tail -n 5 "$cache/postgres-$major.log" >&7; exec 2>&7; fail "that failed; all of it is in $cache/postgres-$major.log."' ERR

# An apt of its own, which knows nothing of this machine's packages: so it fetches all that the programs need, libc included.
cat >"$apt/apt.conf" <<CONF
Dir::Etc::sourcelist "$apt/sources.list"; Dir::Etc::sourceparts "/dev/null"; Dir::Etc::preferencesparts "/dev/null"; Dir::Etc::preferences "/dev/null";
Dir::State::lists "$apt/lists"; Dir::State::status "$apt/status"; Dir::Cache "$apt"; Dir::Cache::archives "$apt/archives";
APT::Install-Recommends "false"; APT::Sandbox::User "root"; Acquire::Languages "none";
CONF
: >"$apt/status"
export APT_CONFIG=$apt/apt.conf
for suite in $suites; do
  echo "deb $mirror $suite main" >"$apt/sources.list"
  apt-get update -qq
  if apt-cache show "postgresql-$major" >/dev/null 2>&1; then break; fi
done
apt-get install -y -qq --download-only "postgresql-$major" "postgresql-client-$major"
for package in "$apt"/archives/*.deb; do
  case ${package##*/} in lib*|postgresql-"$major"_*|postgresql-client-"$major"_*|zlib*) dpkg-deb -x "$package" "$new" ;; esac
done
# The compiler behind PostgreSQL's JIT is half of it, and leans on libraries that are not here; without it PostgreSQL just does not compile.
rm -rf "$new"/usr/share/{bug,doc,gdb,lintian,locale,man,perl*} "$new"/usr/lib/*/{libLLVM*,libz3*,perl*,libperl*} "$new/usr/lib/postgresql/$major/lib"/{bitcode,llvmjit*}

# All of these are named by where they are going to lie.
loader=$(cd "$new" && find . \( -name 'ld-linux*.so*' -o -name 'ld-2*.so' \) | sort | head -n 1)
libraries=$(cd "$new" && find . -path '*/lib/*-linux-gnu*' -name '*.so*' -printf '%h\n' | grep -E 'linux-gnu[a-z0-9]*$' | sort -u | sed "s|^\.|$tree|" | paste -sd:)
for program in "$new/usr/lib/postgresql/$major/bin"/*; do
  if [ "$(head -c 4 "$program" | tail -c 3)" = ELF ]; then
    patchelf --set-interpreter "$tree/${loader#./}" --force-rpath --set-rpath "$libraries" "$program"
  fi
done
chmod -R a+rX "$new"
mv "$new" "$tree"
rm -rf "$tree.new"
for program in postgres initdb pg_ctl psql pg_basebackup pg_verifybackup pg_rewind pg_waldump pg_controldata; do "$bin/$program" --version; done
touch "$tree/.made"

# Earlier recipes' sets go, unless a server still runs on one.
for old in "$cache/postgres-$major-"*; do
  [ "$old" = "$tree" ] || grep -qsF "$old/" /proc/[0-9]*/maps || rm -rf "$old"
done
exec >&8 2>&7
printf 'Made in %s s, %s.\n' "$((SECONDS - began))" "$(du -sh "$tree" | cut -f1)" >&2
printf '%s\n' "$bin"
