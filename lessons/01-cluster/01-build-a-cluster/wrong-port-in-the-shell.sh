# fails: port-written because only the environment and the command line of this start know the port
# instead of: configure
pg_ctl -D "$PGDATA" -l "$PGLOG" -o "-p $PGPORT -k $SOCKET_DIR" start
