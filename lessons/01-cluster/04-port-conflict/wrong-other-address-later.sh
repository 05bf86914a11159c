# fails: lasts because this start listens where the clients look, and the files of the next one name an address where nobody looks
## on primary
printf "port = $PGPORT\nlisten_addresses = '127.0.0.9'\n" >> "$PGDATA/postgresql.conf"
pg_ctl -D "$PGDATA" -l "$PGLOG" -o "-c listen_addresses=$PGHOST" start
