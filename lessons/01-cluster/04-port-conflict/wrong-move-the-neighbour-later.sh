# fails: neighbour-files because the neighbour runs on, and its next start takes another port than its clients know
## on neighbour
psql -q -c "alter system set port = $PRIMARY_PORT"
## on primary
echo "port = $PGPORT" >> "$PGDATA/postgresql.conf"
pg_ctl -D "$PGDATA" -l "$PGLOG" start
