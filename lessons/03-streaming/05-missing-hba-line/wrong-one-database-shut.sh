# fails: applications because the tidy new rules let the standby in, and turn the applications of one database away
## on primary
printf "host replication $REPL_USER $STANDBY_HOST/32 scram-sha-256\nhost shop all $PGHOST/32 reject\n" | cat - "$PGDATA/pg_hba.conf" > "$PGDATA/pg_hba.new"
cat "$PGDATA/pg_hba.new" > "$PGDATA/pg_hba.conf"
pg_ctl -D "$PGDATA" reload
