# fails: same-cluster because initdb makes another cluster; the rows of the old one are gone
## on primary
rm -rf "$PGDATA"
initdb -D "$PGDATA" -k -A scram-sha-256 --pwfile="$SUPERUSER_PWFILE" -E UTF8 --locale=C > /dev/null
printf "port = $PGPORT\nlisten_addresses = '$PGHOST'\nunix_socket_directories = '$SOCKET_DIR'\n" >> "$PGDATA/postgresql.conf"
pg_ctl -D "$PGDATA" -l "$PGLOG" start
