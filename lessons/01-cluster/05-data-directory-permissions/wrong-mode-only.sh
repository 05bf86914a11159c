# fails: running because the directory is right again, and nobody has started the server
## on primary
chmod 0700 "$PGDATA"
