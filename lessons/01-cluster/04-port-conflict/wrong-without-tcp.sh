# fails: answers because it starts when it asks for no TCP port, but its clients find nobody at theirs
## on primary
mkdir -p "$SOCKET_DIR/own"
pg_ctl -D "$PGDATA" -l "$PGLOG" -o "-c listen_addresses='' -k $SOCKET_DIR/own" start
