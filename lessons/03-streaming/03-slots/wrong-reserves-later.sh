# fails: slot-made because a slot made without reserving keeps nothing for the copy that is about to be made
# instead of: slot
## on primary
psql -Xqc "select pg_create_physical_replication_slot('$SLOT')"
