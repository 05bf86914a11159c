# Every role with REPLICATION, from every address of this machine, by SQL alone: the file is found and reloaded from inside.
## on primary
set -e
hba=$(psql -XAtc "show hba_file")
{ echo "host replication all samehost scram-sha-256"; cat "$hba"; } > "$hba.new"
cat "$hba.new" > "$hba"
rm "$hba.new"
psql -XAtc "select pg_reload_conf()"
