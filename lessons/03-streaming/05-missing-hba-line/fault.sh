# The evening: a tidy-up of pg_hba.conf takes the replication rules along, and a reload makes it so.
# The morning: the connection breaks. An established stream would have gone on for ever.
## on primary
set -e
grep -vw replication "$PGDATA/pg_hba.conf" > "$PGDATA/pg_hba.tidy"
cat "$PGDATA/pg_hba.tidy" > "$PGDATA/pg_hba.conf"
rm "$PGDATA/pg_hba.tidy"
pg_ctl -D "$PGDATA" reload > /dev/null
for try in $(seq 100); do
  psql "host=$PGHOST port=$PGPORT user=$REPL_USER replication=true" -Atc "IDENTIFY_SYSTEM" > /dev/null 2>&1 || break
  sleep 0.05
done
for try in $(seq 100); do
  psql -XAtqc "select pg_terminate_backend(pid) from pg_stat_replication" > /dev/null
  [ "$(psql -XAtqc "select count(*) from pg_replication_slots where active")" = 0 ] && exit 0
  sleep 0.05
done
echo "The standby is still connected."
exit 1
