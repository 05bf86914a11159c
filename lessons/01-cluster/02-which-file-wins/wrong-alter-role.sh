# fails: file-counts because ALTER ROLE changes the new sessions of one role; postgresql.auto.conf still beats the file for all others
# instead of: reset
psql -q -c "alter role \"$PGUSER\" set work_mem = '64MB'"
