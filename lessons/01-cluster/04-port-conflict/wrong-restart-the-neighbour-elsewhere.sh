# fails: neighbour-untouched because it runs again, but all of its clients were cut off and look for it at the old port
## on neighbour
psql -q -c "alter system set port = $PRIMARY_PORT"
pg_ctl -D "$PGDATA" -l "$PGLOG" restart
## on primary
pg_ctl -D "$PGDATA" -l "$PGLOG" start
