# fails: rolled-back because the transaction was committed, so its WAL proves nothing about a rollback
# instead of: rollback
psql -qX -v ON_ERROR_STOP=1 <<'SQL'
select pg_current_wal_insert_lsn() as before \gset
update account set balance = 0;
select pg_current_wal_insert_lsn() as after \gset
insert into measured values ('rolled back', :'before', :'after');
SQL
