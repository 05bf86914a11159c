# fails: sync-again because the waiting was ended by giving up the second disk, and nobody took that back
# instead of: heal
## on primary
psql -Xqc "alter system set synchronous_standby_names = ''" -c "select pg_reload_conf()" > /dev/null
## host on standby
heal
