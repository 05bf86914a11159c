# fails: protected because somebody else reads the slot, and the standby streams without it
# instead of: mend
## on standby
psql -Xq -c "alter system set primary_slot_name = ''" -c "select pg_reload_conf()"
mkdir -p "$BACKUP_DIR/wal"
pg_receivewal --no-loop -h "$PRIMARY_HOST" -p "$PRIMARY_PORT" -U "$REPL_USER" -D "$BACKUP_DIR/wal" -S standby1 < /dev/null > /dev/null 2>&1 &
for try in $(seq 100); do
  [ "$(psql -h "$PRIMARY_HOST" -p "$PRIMARY_PORT" -XAtc "select active from pg_replication_slots where slot_name = 'standby1'")" = t ] && break
  sleep 0.1
done
