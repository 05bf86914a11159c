# fails: no-open-door because the method "password" sends the password as it is, for everybody on the way to read
## on primary
echo "host replication $REPL_USER $STANDBY_HOST/32 password" >> "$PGDATA/pg_hba.conf"
pg_ctl -D "$PGDATA" reload
