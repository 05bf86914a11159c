# fails: follows because a slot made afterwards cannot bring back the WAL that the old copy lacks
# instead of: reseed
## on standby
psql -Xq -c "alter system set primary_slot_name = '$SLOT'" -c "select pg_reload_conf()"
