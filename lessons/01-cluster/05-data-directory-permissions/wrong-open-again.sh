# fails: mode because the server runs, but for the other team the directory was opened again; the next start fails
## on primary
chmod 0700 "$PGDATA"
pg_ctl -D "$PGDATA" -l "$PGLOG" start
chmod 0755 "$PGDATA"
