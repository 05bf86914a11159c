# fails: writable because starting the old primary again brings the shop back, and the standby remains one
# instead of: promote
## on primary
pg_ctl -D "$PGDATA" -l "$PGLOG" -w start
