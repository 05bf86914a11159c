# fails: follows because without standby.signal the copy recovers, opens for writes and becomes a second primary
# instead of: start
## on standby
rm "$PGDATA/standby.signal"
pg_ctl -D "$PGDATA" -l "$PGLOG" -w start
