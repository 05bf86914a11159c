# fails: one-writer-now because the standby was promoted while the old primary goes on accepting writes
# instead of: crash
## on standby
pg_ctl -D "$PGDATA" -w promote
