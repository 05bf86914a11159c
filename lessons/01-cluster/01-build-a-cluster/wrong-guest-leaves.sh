# fails: guest-came because this client has gone before anybody stops the server, so there is nobody for it to send away
# instead of: guest
psql -XAtc "select 'I only look in'"
