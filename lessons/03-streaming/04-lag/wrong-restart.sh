# fails: caught-up because a restart does not change what the standby asks for
# instead of: mend
## on standby
pg_ctl -D "$PGDATA" -l "$PGLOG" -m fast -w restart
