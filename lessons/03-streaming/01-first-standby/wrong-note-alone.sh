# fails: cloned because the note lies in a folder that holds no copy of anything
# instead of: clone
## on standby
mkdir -p "$PGDATA" && touch "$PGDATA/standby.signal"
psql -h "$PRIMARY_HOST" -p "$PRIMARY_PORT" -qAtc "select pg_create_physical_replication_slot('$SLOT', true)"
