# fails: own-port-written because the copy brought the primary's port along, and cannot start beside it
# instead of: restore
## on restored
rm -rf "$PGDATA" && cp -a "$BACKUP_DIR/good" "$PGDATA"
pg_ctl -D "$PGDATA" -l "$PGLOG" start
