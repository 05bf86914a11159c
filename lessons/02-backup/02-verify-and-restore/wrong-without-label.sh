# fails: labelled because without backup_label the replay begins at the wrong checkpoint, in silence
# instead of: restore
## on restored
rm -rf "$PGDATA" && cp -a "$BACKUP_DIR/good" "$PGDATA"
rm "$PGDATA/backup_label"
echo "port = $PGPORT" >> "$PGDATA/postgresql.conf"
pg_ctl -D "$PGDATA" -l "$PGLOG" start
