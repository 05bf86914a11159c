# fails: in-force because the line was taken out again once the standby was in; the next reload, by whoever, locks it out
## on primary
set -e
cp "$PGDATA/pg_hba.conf" "$PGDATA/pg_hba.before"
echo "host replication $REPL_USER $STANDBY_HOST/32 scram-sha-256" >> "$PGDATA/pg_hba.conf"
pg_ctl -D "$PGDATA" reload
for try in $(seq 100); do
  [ "$(psql -XAtqc "select count(*) from pg_stat_replication")" = 1 ] && break
  sleep 0.1
done
sleep 1.1   # file times are kept in whole seconds
mv "$PGDATA/pg_hba.before" "$PGDATA/pg_hba.conf"   # with the time that it had before the reload
