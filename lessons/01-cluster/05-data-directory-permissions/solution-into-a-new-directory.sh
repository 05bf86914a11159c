## on primary
# Slow on a large cluster, but right: a new directory with the right mode, and the old content in it.
mkdir -m 0700 "$PGDATA.new"
cp -a "$PGDATA/." "$PGDATA.new/"
chmod 0700 "$PGDATA.new"
rm -rf "$PGDATA"
mv "$PGDATA.new" "$PGDATA"
pg_ctl -D "$PGDATA" -l "$PGLOG" start
