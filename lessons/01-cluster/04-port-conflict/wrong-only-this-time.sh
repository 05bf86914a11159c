# fails: lasts because the port stands on the command line of one start, and in no file
## on primary
pg_ctl -D "$PGDATA" -l "$PGLOG" -o "-p $PGPORT" start
