# fails: change-alone because a checkpoint between the two makes the second update a first one again
# instead of: second
psql -qX -v ON_ERROR_STOP=1 <<'SQL'
checkpoint;
select pg_current_wal_insert_lsn() as before \gset
update account set balance = balance + 1 where id = 1;
select pg_current_wal_insert_lsn() as after \gset
insert into measured values ('second update', :'before', :'after');
SQL
