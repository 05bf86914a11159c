# fails: same-orders because a reload neither ends a pause nor replays anything
# instead of: resume
## on standby
pg_ctl -D "$PGDATA" reload
