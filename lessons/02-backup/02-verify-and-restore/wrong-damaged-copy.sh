# fails: labelled because the copy that was damaged on purpose still lies there, with a port of its own, and starts without complaint
# instead of: restore
## on restored
pg_ctl -D "$PGDATA" -l "$PGLOG" start
