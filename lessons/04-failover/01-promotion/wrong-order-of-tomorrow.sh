# fails: sells because the order with a time of tomorrow was stored before the failover, and none since
# instead of: orders
## on primary
psql -Xqc "insert into orders(note, at) values ('one', now()), ('two', now()), ('three', now()), ('four', now() + interval '1 day')"
pg_ctl -D "$PGDATA" -m fast -w stop
## on standby
pg_ctl -D "$PGDATA" -w promote
