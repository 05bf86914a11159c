# fails: follows because pg_receivewal under the standby's name and slot looks like it on the primary, and replays nothing
## on primary
set -e
echo "host replication $REPL_USER $STANDBY_HOST/32 scram-sha-256" >> "$PGDATA/pg_hba.conf"
## on standby
set -e
pg_ctl -D "$PGDATA" -m fast -w stop
pg_ctl -D "$PGDATA" -o "-c primary_conninfo=''" -l "$PGLOG" -w start
## on primary
set -e
pg_ctl -D "$PGDATA" reload
for try in $(seq 100); do
  psql "host=$PGHOST port=$PGPORT user=$REPL_USER replication=true" -Atc "IDENTIFY_SYSTEM" > /dev/null 2>&1 && break
  sleep 0.05
done
## on standby
mkdir -p "$BACKUP_DIR/wal"
pg_receivewal --no-loop -D "$BACKUP_DIR/wal" -S standby1 \
  -d "host=$PRIMARY_HOST port=$PRIMARY_PORT user=$REPL_USER application_name=standby" < /dev/null > /dev/null 2>&1 &
for try in $(seq 100); do
  [ "$(psql -h "$PRIMARY_HOST" -p "$PRIMARY_PORT" -XAtc "select active from pg_replication_slots where slot_name = 'standby1'")" = t ] && break
  sleep 0.05
done
