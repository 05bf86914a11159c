# fails: socket-folder-written because the port alone leaves the server with the socket folder that all clusters of the machine share
# instead of: configure
echo "port = $PGPORT" >> "$PGDATA/postgresql.conf"
