# fails: no-superuser because the standby was given the keys to everything, where the right to replicate was enough
## on primary
echo "host replication all $STANDBY_HOST/32 scram-sha-256" >> "$PGDATA/pg_hba.conf"
pg_ctl -D "$PGDATA" reload
## on standby
psql -Xq -c "alter system set primary_conninfo = 'host=$PRIMARY_HOST port=$PRIMARY_PORT user=$PGUSER passfile=$PGPASSFILE'" -c "select pg_reload_conf()"
for try in $(seq 100); do
  [ "$(psql -h "$PRIMARY_HOST" -p "$PRIMARY_PORT" -XAtc "select count(*) from pg_stat_replication where usename = '$PGUSER'")" = 1 ] && break
  sleep 0.05
done
