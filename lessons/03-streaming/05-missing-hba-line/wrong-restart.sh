# fails: primary-kept because pg_hba.conf needs a reload; the restart threw every client out
## on primary
echo "host replication $REPL_USER $STANDBY_HOST/32 scram-sha-256" >> "$PGDATA/pg_hba.conf"
pg_ctl -D "$PGDATA" -l "$PGLOG" -m fast -w restart
