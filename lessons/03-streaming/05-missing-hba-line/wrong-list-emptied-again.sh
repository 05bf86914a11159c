# fails: reconnects because the list that the rule takes its users from was emptied once the standby was in; the next reload, by whoever, locks it out
## on primary
set -e
echo "$REPL_USER" > "$PGDATA/standbys"
echo "host replication @standbys $STANDBY_HOST/32 scram-sha-256" >> "$PGDATA/pg_hba.conf"
pg_ctl -D "$PGDATA" reload
for try in $(seq 100); do
  [ "$(psql -XAtqc "select count(*) from pg_stat_replication")" = 1 ] && break
  sleep 0.1
done
echo nobody > "$PGDATA/standbys"
