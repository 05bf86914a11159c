namespace PgHaTutor.Labs;

/// <summary>The bash that a lab on another host is built and taken down with.</summary>
/// <remarks>
/// As here, a process counts as a server of the lab only when it is a postgres that works below the lab's folder. Only bash, find and the
/// coreutils are used: a minimal image has no ps and no pkill.
/// </remarks>
internal static class RemoteScripts
{
    /// <summary>Functions that every script may use.</summary>
    public const string Library = """
        set -euo pipefail; umask 077
        # The servers' processes that work in a folder or below it, also where it was deleted underneath them.
        postgres_below() {
          { find /proc -maxdepth 2 -name cwd \( -lname "$1" -o -lname "$1/*" -o -lname "$1 (deleted)" \) 2>/dev/null || :; } |
            while IFS=/ read -r _ _ pid _; do
              { read -r program <"/proc/$pid/comm"; } 2>/dev/null || continue
              case $program in postgres|postmaster) echo "$pid" ;; esac
            done
        }
        # Of those, the ones whose parent is none of them.
        postmasters_below() {
          local all pid parent
          all=" $(postgres_below "$1" | tr '\n' ' ')"
          for pid in $all; do
            { read -r _ _ _ parent _ <"/proc/$pid/stat"; } 2>/dev/null || continue
            case $all in *" $parent "*) ;; *) echo "$pid" ;; esac
          done
        }
        # SIGNAL FOLDER: ends all servers below it and waits until they are gone; those that do not go are ended harder.
        end_below() {
          local signal limit began pids
          for signal in INT QUIT KILL; do
            [ "$signal" = "$1" ] || [ -n "${limit:-}" ] || continue
            case $signal in INT) limit=20 ;; QUIT) limit=8 ;; *) limit=5 ;; esac
            pids=$(postmasters_below "$2")
            [ -n "$pids" ] || return 0
            [ "$signal" != KILL ] || pids=$(postgres_below "$2")
            kill -"$signal" $pids 2>/dev/null || :
            kill -CONT $pids 2>/dev/null || :
            began=$SECONDS
            while [ -n "$(postgres_below "$2")" ] && [ $((SECONDS - began)) -lt "$limit" ]; do sleep 0.02; done
            [ -n "$(postgres_below "$2")" ] || return 0
          done
          echo "A server below $2 does not end: process $(postmasters_below "$2" | tr '\n' ' ')" >&2
          return 1
        }
        # BIN DATA LOG OPTIONS…: starts a server in a session of its own and waits until it answers.
        start_server() {
          local bin=$1 data=$2 log=$3 size pid began status
          shift 3
          size=$(stat -c %s "$log" 2>/dev/null || echo 0)
          setsid "$bin/postgres" -D "$data" "$@" </dev/null >>"$log" 2>&1 3>&- &
          pid=$!
          began=$SECONDS
          while [ -e "/proc/$pid/cwd" ]; do
            file=()
            { mapfile -t file <"$data/postmaster.pid"; } 2>/dev/null || :
            if [ "${file[0]:-}" = "$pid" ]; then
              status=${file[7]:-}
              case $status in
                ready*) return 0 ;;
                # With hot_standby=off a standby never says more than this; with it on, it says so for a moment only.
                standby*) [ $((SECONDS - began)) -lt 5 ] || return 0 ;;
              esac
            fi
            [ $((SECONDS - began)) -lt 60 ] || { echo "The server on $data does not answer after 60 s." >&2; return 1; }
            sleep 0.02
          done
          echo "The server on $data ended while it started. Its log says: $(tail -c "+$((size + 1))" "$log" 2>/dev/null | tail -n 5 | tr '\n' '/')" >&2
          return 1
        }
        # CONDITIONS…: removes the entries of this folder, whatever a learner did to the rights in them.
        clear_folder() {
          find . -mindepth 1 -maxdepth 1 "$@" -exec rm -rf {} + 2>/dev/null && return 0
          find . -mindepth 1 -maxdepth 1 "$@" -exec chmod -R u+rwX {} + 2>/dev/null || :
          find . -mindepth 1 -maxdepth 1 "$@" -exec rm -rf {} +
        }
        # Waits for the parts that run side by side; the whole fails when one does.
        together() { local pid code=0; for pid in "${parts[@]}"; do wait "$pid" || code=1; done; parts=(); return $code; }
        parts=()

        """;

    /// <summary>Tells which ports nobody may have: <c>taken PORT</c> each; those of the system's own clusters too, which may be stopped just now.</summary>
    public const string Ports = """
        { cat /proc/net/tcp /proc/net/tcp6 2>/dev/null || :; } | while read -r _ address _; do
          case $address in *:????) echo "taken $((16#${address##*:}))" ;; esac
        done
        shopt -s nullglob
        for file in "$ROOT"/.ports/*; do
          [ -d "$(cat "$file")" ] && echo "taken ${file##*/}" || rm -f "$file"
        done
        for conf in /etc/postgresql/*/*/postgresql.conf; do
          port=$(sed -nE "s/^[[:space:]]*port[[:space:]]*=?[[:space:]]*'?([0-9]+).*/\1/p" "$conf" 2>/dev/null | tail -n 1) || :
          echo "taken ${port:-5432}"
        done
        exit 0
        """;

    /// <summary>What <see cref="Prepare"/> says of a port that another lab has.</summary>
    public const string Reserved = "is reserved";

    /// <summary>Makes the lab's folder with its marker first, reserves the ports, makes the folder for sockets and the password files.</summary>
    public const string Prepare = $$"""
        mkdir -p "$ROOT/.ports"
        mkdir "$LAB"
        cd "$LAB"
        printf '%s' "$MARKER" >.marker; mv .marker "$MARKER_NAME"
        for port in $PORTS; do
          (set -o noclobber; printf '%s' "$LAB" >"$ROOT/.ports/$port") 2>/dev/null || { echo "port $port {{Reserved}}" >&2; exit 75; }
        done
        mkdir "$SOCKETS"; printf '%s' "$LAB" >"$SOCKETS/lab"
        mkdir nodes log archive backup
        printf '%s\n' "$PASSWORDS" >pgpass
        printf '%s\n' "$SUPERUSER_PASSWORD" >superuser.pw
        """;

    /// <summary>Makes the folders that a learner works in again, after a reset has emptied the lab.</summary>
    public const string PrepareAgain = """
        cd "$LAB"
        [ -d "$SOCKETS" ] || { mkdir "$SOCKETS"; printf '%s' "$LAB" >"$SOCKETS/lab"; }
        mkdir -p nodes log archive backup
        printf '%s\n' "$PASSWORDS" >pgpass
        printf '%s\n' "$SUPERUSER_PASSWORD" >superuser.pw
        """;

    /// <summary>
    /// One cluster that follows nobody, from its template. Where there is none yet, the cluster is made where it is to lie (<c>IN_PLACE</c>), or the
    /// template first. Without waiting for the disk: a template names the boot that made it, and after a power cut it is made again.
    /// </summary>
    public const string Cluster = """
        data="$LAB/nodes/$NODE"
        # FOLDER
        new_cluster() {
          "$BIN/initdb" -D "$1" -U "$SUPERUSER" -E UTF8 --locale="${LC_ALL:-C}" --lc-messages=C -k --wal-segsize=1 -A scram-sha-256 --pwfile="$LAB/superuser.pw" --no-sync >/dev/null
        }
        # FOLDER: a role for a cluster that has never been started.
        set_up_unstarted() { printf '%s\n' "$SETUP" | "$BIN/postgres" --single -D "$1" postgres >/dev/null; }
        # PASSWORDS SOCKETS PORT; a primary may wait for standbys that it does not have yet.
        set_up() {
          PGPASSFILE="$1" PGOPTIONS='-c synchronous_commit=local' "$BIN/psql" -X -q -v ON_ERROR_STOP=1 -h "$2" -p "$3" -U "$SUPERUSER" -d postgres -f - >/dev/null <<<"$SETUP"
        }
        settle() {
          printf '%s' "$SETTINGS" >>"$data/postgresql.conf"
          printf '%s' "$ACCESS" >>"$data/pg_hba.conf"
          [ "$ROLE" != primary ] || start_server "$BIN" "$data" "$LAB/log/$NODE.log"
        }
        boot=$(head -c 8 /proc/sys/kernel/random/boot_id)
        template="$ROOT/templates/$KEY-$boot"
        if [ -n "$IN_PLACE" ] && [ ! -f "$template/made" ]; then
          new_cluster "$data"
          [ "$ROLE" = primary ] || set_up_unstarted "$data"
          settle
          [ "$ROLE" != primary ] || set_up "$LAB/pgpass" "$SOCKETS" "$PORT"
          exit
        fi
        if [ ! -f "$template/made" ]; then
          mkdir -p "$ROOT/templates"
          for old in "$ROOT/templates/$KEY"-*; do [ "$old" = "$template" ] || rm -rf "$old"; done
          making=$(mktemp -d "$ROOT/templates/making-$HOME_KEY-XXXXXX")
          new_cluster "$making/data"
          if [ "$ROLE" = primary ]; then
            printf '%s' "$TEMPLATE_SETTINGS" >>"$making/data/postgresql.conf"
            socket=$(mktemp -d /tmp/pght-XXXXXX)
            printf '%s' "$making" >"$socket/lab"
            printf '%s\n' "*:*:*:$SUPERUSER:$SUPERUSER_PASSWORD" >"$making/pgpass"
            start_server "$BIN" "$making/data" "$making/log" -c fsync=off -c listen_addresses= -c "unix_socket_directories=$socket" -p 1
            set_up "$making/pgpass" "$socket" 1
            end_below INT "$making"
            rm -rf "$socket" "$making/pgpass"
            sed -i "/^$HEADING\$/,\$d" "$making/data/postgresql.conf"
          else
            set_up_unstarted "$making/data"
          fi
          rm -f "$making/data/postmaster.opts"
          touch "$making/made"
          mv -T "$making" "$template" 2>/dev/null || { rm -rf "$making"; [ -f "$template/made" ]; }
        fi
        cp -a --reflink=auto "$template/data" "$data"
        settle
        """;

    /// <summary>One standby: a base backup of its upstream, as pg_basebackup -R would leave it, and its start.</summary>
    public const string Standby = """
        data="$LAB/nodes/$NODE"
        slot=(); [ -z "$SLOT" ] || slot=(-C -S "$SLOT")
        PGPASSFILE="$LAB/pgpass" "$BIN/pg_basebackup" -D "$data" -c fast -X stream "${slot[@]}" -h "$UPSTREAM_HOST" -p "$UPSTREAM_PORT" -U "$REPLICATION_USER"
        sed -i "/^$HEADING\$/,\$d" "$data/postgresql.conf"
        sed -i '/^primary_\(conninfo\|slot_name\) = /d' "$data/postgresql.auto.conf"
        printf '%s' "$SETTINGS" >>"$data/postgresql.conf"
        printf '%s' "$FOLLOWING" >>"$data/postgresql.auto.conf"
        : >"$data/standby.signal"
        start_server "$BIN" "$data" "$LAB/log/$NODE.log"
        """;

    /// <summary>
    /// Ends all servers at once and removes all that a learner works on; what belongs to the lab itself stays. Nothing is written before there is
    /// room for it.
    /// </summary>
    public const string Empty = """
        cd "$LAB"
        grep -q "\"id\": \"$ID\"" "$MARKER_NAME" || { echo "$LAB does not carry the marker of this lab, so nothing in it was touched." >&2; exit 1; }
        end_below QUIT "$LAB"
        clear_folder ! -name "$MARKER_NAME" ! -name checkpoints
        printf '%s' "$MARKER" >.marker; mv .marker "$MARKER_NAME"
        """;

    /// <summary>Removes the lab's part on a host: what runs, what lies there, the marker last, its ports and sockets.</summary>
    public const string Remove = """
        if [ -d "$LAB" ]; then
          grep -qs "\"id\": \"$ID\"" "$LAB/$MARKER_NAME" ||
            { [ -z "$(ls -A "$LAB")" ] && rmdir "$LAB"; } ||
            { echo "$LAB does not carry the marker of lab $ID, so it was left alone with all that runs in it." >&2; exit 1; }
        fi
        end_below QUIT "$LAB"
        if [ -d "$LAB" ]; then
          cd "$LAB"
          clear_folder ! -name "$MARKER_NAME"
          cd "$ROOT"
          rm -rf "$LAB"
        fi
        [ "$(cat "$SOCKETS/lab" 2>/dev/null)" != "$LAB" ] || rm -rf "$SOCKETS"
        for file in "$ROOT"/.ports/*; do
          [ "$(cat "$file" 2>/dev/null)" != "$LAB" ] || rm -f "$file"
        done
        rmdir "$ROOT/.ports" 2>/dev/null || :
        """;

    /// <summary>Tells what is still there of a removed lab, a line each.</summary>
    public const string Left = """
        for folder in "$LAB" "$SOCKETS"; do [ ! -e "$folder" ] || echo "$folder is still there"; done
        for pid in $(postgres_below "$LAB"); do echo "server process $pid still works there"; done
        """;

    /// <summary>Writes the lab's marker.</summary>
    public const string Mark = """
        cd "$LAB"
        printf '%s' "$MARKER" >.marker; mv .marker "$MARKER_NAME"
        """;

    /// <summary>Tells how long each server's log is: <c>NODE BYTES</c>.</summary>
    public const string Logs = """
        cd "$LAB"
        for node in $NODES; do echo "$node $(stat -c %s "log/$node.log" 2>/dev/null || echo 0)"; done
        """;

    /// <summary>Saves all that a learner works on, with the servers that ran and their options; ends them first and starts them again.</summary>
    public const string Save = """
        cd "$LAB"
        rm -rf checkpoints/.making
        mkdir -p checkpoints/.making/state
        for pid in $(postmasters_below "$LAB"); do
          data=$(readlink "/proc/$pid/cwd")
          case $data in *' (deleted)') ;; *) printf '%s\n' "${data#"$LAB"/}" >>checkpoints/.making/servers ;; esac
        done
        end_below INT "$LAB"
        find . -mindepth 1 -maxdepth 1 ! -name "$MARKER_NAME" ! -name checkpoints -exec cp -a --reflink=auto -t checkpoints/.making/state {} +
        rm -rf "checkpoints/$CHECKPOINT"
        mv -T checkpoints/.making "checkpoints/$CHECKPOINT"
        """;

    /// <summary>Puts a checkpoint's files back, where <see cref="Empty"/> has made room.</summary>
    public const string PutBack = """
        cd "$LAB"
        find "checkpoints/$CHECKPOINT/state" -mindepth 1 -maxdepth 1 -exec cp -a --reflink=auto -t . {} +
        """;

    /// <summary>Starts the servers that ran when a checkpoint was saved: those that follow nobody (<c>WHICH=primaries</c>) or the others.</summary>
    public const string StartSaved = """
        cd "$LAB"
        [ -f "checkpoints/$CHECKPOINT/servers" ] || exit 0
        while IFS= read -r server; do
          kind=primaries; [ ! -f "$server/standby.signal" ] || kind=standbys
          [ "$kind" = "$WHICH" ] || continue
          # The options, each in double quotes in postmaster.opts, without the data directory.
          options=(); line=; skip=
          { IFS= read -r line <"$server/postmaster.opts"; } 2>/dev/null || :
          while [[ $line =~ ^[^\"]*\"([^\"]*)\"(.*)$ ]]; do
            line=${BASH_REMATCH[2]}
            if [ -n "$skip" ]; then skip=; elif [ "${BASH_REMATCH[1]}" = -D ]; then skip=yes; else options+=("${BASH_REMATCH[1]}"); fi
          done
          start_server "$BIN" "$LAB/$server" "$LAB/log/${server##*/}.log" "${options[@]}" & parts+=($!)
        done <"checkpoints/$CHECKPOINT/servers"
        together
        """;

    /// <summary>Removes this home's templates, with what a crash left of one that was being made.</summary>
    public const string Forget = """
        shopt -s nullglob
        for folder in "$ROOT/templates/making-$HOME_KEY"-* "$ROOT/templates/$HOME_KEY"-*; do
          end_below QUIT "$folder"
          rm -rf "$folder"
        done
        for socket in /tmp/pght-*; do
          case $(cat "$socket/lab" 2>/dev/null) in "$ROOT/templates/making-$HOME_KEY"-*) rm -rf "$socket" ;; esac
        done
        rmdir "$ROOT/templates" 2>/dev/null || :
        """;
}
