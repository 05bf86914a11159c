## on primary
# Start it on the right port by hand, then write the port down by SQL, then start it the ordinary way.
pg_ctl -D "$PGDATA" -l "$PGLOG" -o "-p $PGPORT" start
psql -q -c "alter system set port = $PGPORT"
pg_ctl -D "$PGDATA" stop
pg_ctl -D "$PGDATA" -l "$PGLOG" start
