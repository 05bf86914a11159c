# fails: no-open-door because the line lets anybody who reaches the port copy the cluster, without a password
## on primary
echo "host replication all 127.0.0.1/32 trust" >> "$PGDATA/pg_hba.conf"
pg_ctl -D "$PGDATA" reload
