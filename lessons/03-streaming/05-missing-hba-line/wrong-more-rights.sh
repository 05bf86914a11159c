# fails: no-superuser because the standby's role was made a member of the superuser's, so that "it just works"
## on primary
psql -Xqc "grant \"$PGUSER\" to $REPL_USER"
echo "host replication $REPL_USER $STANDBY_HOST/32 scram-sha-256" >> "$PGDATA/pg_hba.conf"
pg_ctl -D "$PGDATA" reload
for try in $(seq 100); do
  [ "$(psql -XAtqc "select count(*) from pg_stat_replication")" = 1 ] && break
  sleep 0.1
done
