# fails: idle-slot because a slot that was made without reserving keeps nothing until its first reader comes
# instead of: forgotten
## on primary
psql -Xqc "select pg_create_physical_replication_slot('old_dr')"
