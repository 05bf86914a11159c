# fails: same-cluster because a new cluster on the right port has none of the old one's rows, nor its identity
## on primary
rm -rf "$PGDATA"
initdb -D "$PGDATA" -k -A scram-sha-256 --pwfile="$SUPERUSER_PWFILE" -E UTF8 --locale=C > /dev/null
printf "port = $PGPORT\nlisten_addresses = '$PGHOST'\nunix_socket_directories = '$SOCKET_DIR'\n" >> "$PGDATA/postgresql.conf"
pg_ctl -D "$PGDATA" -l "$PGLOG" start
