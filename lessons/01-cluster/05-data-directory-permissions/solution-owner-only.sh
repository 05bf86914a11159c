## on primary
chmod 0700 "$PGDATA"
pg_ctl -D "$PGDATA" -l "$PGLOG" start
