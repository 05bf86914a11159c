## on primary
sed -i "\$ { /^port = $NEIGHBOUR_PORT\$/d }" "$PGDATA/postgresql.conf"
pg_ctl -D "$PGDATA" -l "$PGLOG" start
