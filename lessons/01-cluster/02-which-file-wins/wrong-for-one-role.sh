# fails: mended because the value holds for one role's sessions; the bad line still blocks both files
# instead of: mend
psql -q -c "alter role \"$PGUSER\" set log_min_duration_statement = '250ms'"
