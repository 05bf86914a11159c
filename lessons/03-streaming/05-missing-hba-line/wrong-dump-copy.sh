# fails: follows because a fresh cluster with the same rows is up to date for one moment, and follows nobody
## on standby
set -e
pg_ctl -D "$PGDATA" -m fast -w stop
rm -rf "${PGDATA:?}"
initdb -D "$PGDATA" -k --wal-segsize=1 --locale=C.UTF-8 -A scram-sha-256 --pwfile="$SUPERUSER_PWFILE" > /dev/null
cat >> "$PGDATA/postgresql.conf" <<END
port = $PGPORT
unix_socket_directories = '$SOCKET_DIR'
END
pg_ctl -D "$PGDATA" -l "$PGLOG" -w start
pg_dump -h "$PRIMARY_HOST" -p "$PRIMARY_PORT" "$PGDATABASE" | psql -Xq -v ON_ERROR_STOP=1
psql -Xq -c "alter system set default_transaction_read_only = on" -c "select pg_reload_conf()"
