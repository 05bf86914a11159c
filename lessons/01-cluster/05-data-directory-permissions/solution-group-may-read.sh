## on primary
chmod 0750 "$PGDATA"
pg_ctl -D "$PGDATA" -l "$PGLOG" start
