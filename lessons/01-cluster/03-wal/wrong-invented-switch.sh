# fails: switched because the numbers lie far apart, and nobody has ended a segment between them
# instead of: switch
psql -Xqc "insert into measured select 'two switches', from_lsn, to_lsn from measured where what = 'rolled back'"
