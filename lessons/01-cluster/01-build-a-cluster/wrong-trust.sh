# fails: passwords because initdb without -A lets every local user in as anybody
# instead of: init
initdb -D "$PGDATA" -k
