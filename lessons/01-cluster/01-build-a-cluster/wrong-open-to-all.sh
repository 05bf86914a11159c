# fails: private because everybody on the machine may read the data directory
# instead of: init
initdb -D "$PGDATA" -k -A scram-sha-256 --pwfile="$SUPERUSER_PWFILE" -E UTF8 --locale=C
chmod 755 "$PGDATA"
