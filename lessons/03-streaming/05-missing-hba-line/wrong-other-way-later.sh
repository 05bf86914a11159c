# fails: lasts because the running server has read the right way, and the file names another one for the next start
## on primary
echo "host replication $REPL_USER $STANDBY_HOST/32 scram-sha-256" >> "$PGDATA/pg_hba.conf"
pg_ctl -D "$PGDATA" reload
## on standby
psql -Xqc "alter system set primary_conninfo = 'host=$PRIMARY_HOST port=1 user=$REPL_USER'"
