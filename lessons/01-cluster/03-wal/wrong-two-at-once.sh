# fails: page-images because two updates lie between the positions, so nobody knows what one of them costs
# instead of: first
psql -qX -v ON_ERROR_STOP=1 <<'SQL'
checkpoint;
select pg_current_wal_insert_lsn() as before \gset
update account set balance = balance + 1 where id = 1;
update account set balance = balance + 1 where id = 4000;
select pg_current_wal_insert_lsn() as after \gset
insert into measured values ('first update', :'before', :'after');
SQL
