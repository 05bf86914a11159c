# fails: refuses-writes because the promoted server is read-only by a setting, which every session may lift
# instead of: insert
## on standby
pg_ctl -D "$PGDATA" -w promote
psql -Xqc "alter system set default_transaction_read_only = on" -c "select pg_reload_conf()"
