# fails: pending because a change waits for a restart, but not the one to 40 connections
# instead of: restart-only
psql -q -c "alter system set max_connections = 39" -c "select pg_reload_conf()"
