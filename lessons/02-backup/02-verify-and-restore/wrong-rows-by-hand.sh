# fails: from-label because the balances were corrected by hand and a label was put there as if it had been read; nothing was replayed from its place
# instead of: restore
## on restored
rm -rf "$PGDATA" && cp -a "$BACKUP_DIR/good" "$PGDATA"
rm "$PGDATA/backup_label"
echo "port = $PGPORT" >> "$PGDATA/postgresql.conf"
pg_ctl -D "$PGDATA" -l "$PGLOG" start
psql -Xqc "update account set balance = case branch when 16 then 85 else 101 end where balance <> case branch when 16 then 85 else 101 end"
cp "$BACKUP_DIR/good/backup_label" "$PGDATA/backup_label.old"
