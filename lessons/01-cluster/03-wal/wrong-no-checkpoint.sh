# fails: page-images because the page was changed since the checkpoint already, so its image is not needed again
# instead of: first
psql -qX -v ON_ERROR_STOP=1 <<'SQL'
checkpoint;
update account set balance = balance + 1 where id = 1;
update account set balance = balance + 1 where id = 1;
select pg_current_wal_insert_lsn() as before \gset
update account set balance = balance + 1 where id = 1;
select pg_current_wal_insert_lsn() as after \gset
insert into measured values ('first update', :'before', :'after');
SQL
