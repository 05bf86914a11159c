# fails: kept because the standby streams on without its slot, so it was never away
# instead of: leave-again
## on standby
psql -Xq -c "alter system set primary_slot_name = ''" -c "select pg_reload_conf()"
for try in $(seq 100); do
  [ "$(psql -h "$PRIMARY_HOST" -p "$PRIMARY_PORT" -XAtc "select count(*) from pg_stat_replication r, pg_replication_slots s where not s.active and r.state = 'streaming'")" = 1 ] && break
  sleep 0.1
done
## on primary
psql -Xqc "insert into orders(note) select repeat(md5(n::text), 20) from generate_series(1, 30000) n" -c "checkpoint"
