# fails: same-system because a new cluster with the same rows takes writes, but it is not the one that was lost
# instead of: promote
## on standby
set -e
pg_dump > "$LAB_DIR/shop.sql"
pg_ctl -D "$PGDATA" -m fast -w stop
rm -rf "${PGDATA:?}"
initdb -D "$PGDATA" -k --wal-segsize=1 --locale=C.UTF-8 -A scram-sha-256 --pwfile="$SUPERUSER_PWFILE" > /dev/null
cat >> "$PGDATA/postgresql.conf" <<END
port = $PGPORT
unix_socket_directories = '$SOCKET_DIR'
END
pg_ctl -D "$PGDATA" -l "$PGLOG" -w start
psql -Xq -v ON_ERROR_STOP=1 -f "$LAB_DIR/shop.sql"
