# fails: beats because the table is there, and no heart has beaten
# instead of: heartbeat
## on primary
psql -Xqc "create table heartbeat(one boolean primary key default true, at timestamptz not null)"
