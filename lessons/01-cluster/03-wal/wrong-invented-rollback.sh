# fails: rolled-back because the two numbers were put together from others; what lies between them was committed
# instead of: rollback
psql -Xqc "insert into measured select 'rolled back', f.from_lsn, s.to_lsn from measured f, measured s where f.what = 'first update' and s.what = 'second update'"
