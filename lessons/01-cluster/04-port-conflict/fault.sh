## on primary
# Somebody copied the neighbour's port over, as happens when one configuration is "tidied up" after another.
pg_ctl -D "$PGDATA" stop
echo "port = $NEIGHBOUR_PORT" >> "$PGDATA/postgresql.conf"
pg_ctl -D "$PGDATA" -l "$PGLOG" start
grep -q 'could not create any TCP/IP sockets' "$PGLOG"
