# fails: braked because -1 is understood, and means no limit at all
# instead of: brake
## on primary
psql -Xq -c "alter system set max_slot_wal_keep_size = '-1'" -c "select pg_reload_conf()"
