# fails: paused because cutting the stream stops the receiver, and the startup process is not paused by that
# instead of: pause
## on standby
psql -Xq -c "alter system set primary_conninfo = ''" -c "select pg_reload_conf()"
