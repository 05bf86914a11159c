# fails: neighbour-untouched because the port is free only since somebody else has an outage
## on neighbour
pg_ctl -D "$PGDATA" stop
## on primary
pg_ctl -D "$PGDATA" -l "$PGLOG" start
