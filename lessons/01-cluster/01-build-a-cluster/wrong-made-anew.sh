# fails: same-cluster because initdb makes another cluster: it has the same settings, another identity, and nothing of what was in the old one
# instead of: again
rm -rf "$PGDATA"
initdb -D "$PGDATA" -k -A scram-sha-256 --pwfile="$SUPERUSER_PWFILE" -E UTF8 --locale=C > /dev/null
printf "port = $PGPORT\nlisten_addresses = '$PGHOST'\nunix_socket_directories = '$SOCKET_DIR'\n" >> "$PGDATA/postgresql.conf"
pg_ctl -D "$PGDATA" -l "$PGLOG" start
