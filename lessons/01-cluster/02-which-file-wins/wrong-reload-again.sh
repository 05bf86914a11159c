# fails: restarted because no reload changes a setting that is laid out at the start
# instead of: restart
pg_ctl -D "$PGDATA" reload
psql -q -c "select pg_reload_conf()"
