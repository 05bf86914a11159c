# fails: follows because a promotion silences the error and ends the standby: there are two primaries now
## on standby
pg_ctl -D "$PGDATA" -w promote
