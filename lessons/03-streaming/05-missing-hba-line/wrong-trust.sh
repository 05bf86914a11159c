# fails: no-open-door because the line lets anybody who reaches the port copy the cluster, without a password
## on primary
echo "host replication all $STANDBY_HOST/32 trust" >> "$PGDATA/pg_hba.conf"
pg_ctl -D "$PGDATA" reload
