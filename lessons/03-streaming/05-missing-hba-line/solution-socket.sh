# hosts: one
# Another road, on one machine only: through the Unix socket, where "local replication" is the rule that counts.
## on primary
set -e
echo "local replication $REPL_USER scram-sha-256" >> "$PGDATA/pg_hba.conf"
pg_ctl -D "$PGDATA" reload
## on standby
set -e
psql -Xq -v ON_ERROR_STOP=1 \
  -c "alter system set primary_conninfo = 'host=$SOCKET_DIR port=$PRIMARY_PORT user=$REPL_USER passfile=$PGPASSFILE'" \
  -c "select pg_reload_conf()"
