# fails: protected because every slot was dropped, also the one that the standby needs
# instead of: drop
## on standby
pg_ctl -D "$PGDATA" -m fast -w stop
sed -i.bak '/^primary_slot_name/d' "$PGDATA/postgresql.auto.conf"
## on primary
psql -Xq -c "select pg_drop_replication_slot(slot_name) from pg_replication_slots"
## on standby
pg_ctl -D "$PGDATA" -l "$PGLOG" -w start
