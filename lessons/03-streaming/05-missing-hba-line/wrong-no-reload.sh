# fails: follows because a file that nobody has read again changes nothing
## on primary
echo "host replication $REPL_USER 127.0.0.1/32 scram-sha-256" >> "$PGDATA/pg_hba.conf"
