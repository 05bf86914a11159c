# fails: writable because with standby.signal it stays in recovery and waits for WAL that nobody sends
# instead of: start
## on restored
touch "$PGDATA/standby.signal"
pg_ctl -D "$PGDATA" -l "$PGLOG" start
