# fails: follows because a second initdb makes another cluster, and standby.signal does not make it the same one
# instead of: clone
## on standby
set -e
initdb -D "$PGDATA" -k --wal-segsize=1 --locale=C.UTF-8 -A scram-sha-256 --pwfile="$SUPERUSER_PWFILE" > /dev/null
psql -h "$PRIMARY_HOST" -p "$PRIMARY_PORT" -qAtc "select pg_create_physical_replication_slot('$SLOT', true)"
cat >> "$PGDATA/postgresql.conf" <<END
port = $PGPORT
unix_socket_directories = '$SOCKET_DIR'
wal_retrieve_retry_interval = 500ms
primary_conninfo = 'host=$PRIMARY_HOST port=$PRIMARY_PORT user=$REPL_USER passfile=''$PGPASSFILE'''
primary_slot_name = '$SLOT'
END
touch "$PGDATA/standby.signal"
pg_ctl -D "$PGDATA" -l "$PGLOG" -w start
