# fails: applications because the new rules let the standby in and nobody else; who is connected does not notice
## on primary
printf "host all \"$PGUSER\" $PGHOST/32 scram-sha-256\nhost replication $REPL_USER $STANDBY_HOST/32 scram-sha-256\n" > "$PGDATA/pg_hba.conf"
pg_ctl -D "$PGDATA" reload
