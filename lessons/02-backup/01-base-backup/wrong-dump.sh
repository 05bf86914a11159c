# fails: valid because a dump is SQL, not a data directory that a server or a standby can start from
# instead of: fast
pg_dumpall > "$BACKUP_DIR/base.sql"
