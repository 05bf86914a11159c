# fails: reloaded because the value is right, but it comes from postgresql.auto.conf, where no editor of postgresql.conf will find it
# instead of: reload
psql -q -c "alter system set work_mem = '8MB'" -c "select pg_reload_conf()"
