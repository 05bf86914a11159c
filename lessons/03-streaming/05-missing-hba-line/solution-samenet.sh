# Every role with REPLICATION, from every network that this machine is in, by SQL alone: the file is found and reloaded from inside.
## on primary
set -e
hba=$(psql -XAtc "show hba_file")
{ echo "host replication all samenet scram-sha-256"; cat "$hba"; } > "$hba.new"
cat "$hba.new" > "$hba"
rm "$hba.new"
psql -XAtc "select pg_reload_conf()"
