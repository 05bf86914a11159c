# fails: labelled because a loaded dump has the rows, but it is no copy of the backup: a new cluster that no WAL of the old one fits
# instead of: restore
## on restored
rm -rf "$PGDATA"
initdb -D "$PGDATA" -k -A scram-sha-256 --pwfile="$SUPERUSER_PWFILE" -E UTF8 --locale=C > /dev/null
printf "port = $PGPORT\nlisten_addresses = '$PGHOST'\nunix_socket_directories = '$SOCKET_DIR'\n" >> "$PGDATA/postgresql.conf"
pg_ctl -D "$PGDATA" -l "$PGLOG" start
pg_dump -h "$PRIMARY_HOST" -p "$PRIMARY_PORT" | psql -q
