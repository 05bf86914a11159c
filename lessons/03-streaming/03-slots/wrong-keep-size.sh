# fails: follows because wal_keep_size keeps what is written from now on; the segment that is asked for is gone
# instead of: reseed
## on primary
psql -Xq -c "alter system set wal_keep_size = '1GB'" -c "select pg_reload_conf()"
## on standby
pg_ctl -D "$PGDATA" -l "$PGLOG" -m fast -w restart
