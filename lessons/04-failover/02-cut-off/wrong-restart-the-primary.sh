# fails: no-restart because the cut is still there after the restart, and every client was thrown out for it
# instead of: heal
## on primary
pg_ctl -D "$PGDATA" -l "$PGLOG" -m fast -w restart
