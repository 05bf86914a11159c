# fails: follows because "all" stands for all databases, and a replication connection is for none
## on primary
echo "host all all 0.0.0.0/0 scram-sha-256" >> "$PGDATA/pg_hba.conf"
pg_ctl -D "$PGDATA" reload
