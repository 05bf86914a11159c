# fails: fenced because the old primary is only down: the next reboot makes it a second writer
# instead of: fence
## on primary
rm -f "$PGDATA/standby.signal"
