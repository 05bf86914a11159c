# fails: primary-kept because the port was freed by stopping the server that was using it
# instead of: port
## on primary
pg_ctl -D "$PGDATA" -m fast -w stop
## on standby
echo "port = $PGPORT" >> "$PGDATA/postgresql.conf"
pg_ctl -D "$PGDATA" -l "$PGLOG" -w start
## on primary
pg_ctl -D "$PGDATA" -l "$PGLOG" -w start
