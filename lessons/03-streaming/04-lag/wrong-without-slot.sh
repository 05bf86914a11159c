# fails: protected because without primary_slot_name the standby streams again, but its slot stays behind and protects nothing
# instead of: mend
## on standby
sed -i.bak '/^primary_slot_name/d' "$PGDATA/postgresql.auto.conf"
psql -Xq -c "select pg_reload_conf()"
