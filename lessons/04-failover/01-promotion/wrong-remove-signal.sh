# fails: new-timeline because a server that starts without standby.signal is a primary on the old timeline, not a promoted one
# instead of: promote
## on standby
pg_ctl -D "$PGDATA" -m fast -w stop
rm "$PGDATA/standby.signal"
pg_ctl -D "$PGDATA" -l "$PGLOG" -w start
