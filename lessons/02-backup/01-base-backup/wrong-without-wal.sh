# fails: valid because without the WAL of its duration the copied files cannot be made to fit together
# instead of: fast
pg_basebackup -U "$REPL_USER" -D "$BACKUP_DIR/base" -c fast -X none
