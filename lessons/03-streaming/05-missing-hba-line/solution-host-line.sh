# The line that was lost, and nothing more: this role, from this address, with its password.
## on primary
echo "host replication $REPL_USER $STANDBY_HOST/32 scram-sha-256" >> "$PGDATA/pg_hba.conf"
pg_ctl -D "$PGDATA" reload
