# fails: running because a group that may write these files owns the database, and the server refuses 0770 as well
## on primary
chmod 0770 "$PGDATA"
pg_ctl -D "$PGDATA" -l "$PGLOG" start
