# fails: one-writer because the primary was alive behind the cut, and now two servers accept writes
# instead of: order
## on standby
pg_ctl -D "$PGDATA" -w promote
