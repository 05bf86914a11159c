## on primary
# The running server does not notice; the next start does.
chmod 0755 "$PGDATA"
pg_ctl -D "$PGDATA" stop
pg_ctl -D "$PGDATA" -l "$PGLOG" start
grep -q 'has invalid permissions' "$PGLOG"
