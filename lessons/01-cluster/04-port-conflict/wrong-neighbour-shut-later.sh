# fails: neighbour-files because the neighbour runs on, and its next start opens no door for its clients
## on neighbour
psql -q -c "alter system set listen_addresses = ''"
## on primary
echo "port = $PGPORT" >> "$PGDATA/postgresql.conf"
pg_ctl -D "$PGDATA" -l "$PGLOG" start
