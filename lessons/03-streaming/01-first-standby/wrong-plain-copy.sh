# fails: cloned because the files were copied while the primary writes, and no label says where the replay must begin
# instead of: clone
# hosts: one
## on standby
cp -a "$PRIMARY_DATA" "$PGDATA"
rm -f "$PGDATA/postmaster.pid"
touch "$PGDATA/standby.signal"
psql -h "$PRIMARY_HOST" -p "$PRIMARY_PORT" -qAtc "select pg_create_physical_replication_slot('$SLOT', true)"
echo "primary_conninfo = 'host=$PRIMARY_HOST port=$PRIMARY_PORT user=$REPL_USER passfile=''$PGPASSFILE'''" >> "$PGDATA/postgresql.auto.conf"
echo "primary_slot_name = '$SLOT'" >> "$PGDATA/postgresql.auto.conf"
