# fails: mended because the file is clean again and the good line is gone with the bad one
# instead of: mend
sed -i '/^log_min_duration_statement/d; /^maintenance_work_mem/d' "$PGDATA/postgresql.conf"
pg_ctl -D "$PGDATA" reload
