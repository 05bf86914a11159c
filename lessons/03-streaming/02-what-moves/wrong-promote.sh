# fails: replays because a promotion does end the pause, but the server is no standby afterwards
# instead of: resume
## on standby
pg_ctl -D "$PGDATA" -w promote
