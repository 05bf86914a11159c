# fails: page-images because one statement changed two rows, so the number is not the price of one
# instead of: first
psql -qX -v ON_ERROR_STOP=1 <<'SQL'
checkpoint;
select pg_current_wal_insert_lsn() as before \gset
update account set balance = balance + 1 where id in (1, 4000);
select pg_current_wal_insert_lsn() as after \gset
insert into measured values ('first update', :'before', :'after');
SQL
