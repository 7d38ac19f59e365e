#!/bin/sh
# Makes what PostgreSQL held at a moment: restore.sh BACKUP DATA ["MOMENT"], as postgres, into a
# folder that is not there yet; without a moment everything that was handed over. Nobody but this
# script reaches the server before all sessions are ended: some were ended after the moment.
set -eu
backup=$1 data=$2 moment=${3:-}
here=$(cd "$(dirname "$0")" && pwd)
ours=$(mktemp -d)
trap 'pg_ctl -D "$data" -s -w stop 2>/dev/null || true; rm -r "$ours"' EXIT

mkdir -m 700 "$data"
tar -xzf "$backup/base.tar.gz" -C "$data"
touch "$data/recovery.signal"
echo "local all all trust" >"$ours/people"
cat >"$ours/settings" <<END
include '$here/archive.conf'
recovery_target_time = '$moment'
recovery_target_timeline = current
recovery_target_action = promote
hot_standby = off
listen_addresses = ''
unix_socket_directories = '$ours'
hba_file = '$ours/people'
END
PATH="$PATH:/usr/lib/postgresql/$(cat "$data/PG_VERSION")/bin"
pg_ctl -D "$data" -o "-c config_file=$ours/settings" -l "$ours/log" -s -W start
until pg_isready -q -h "$ours"; do
  sleep 1
  pg_ctl -D "$data" status >/dev/null || {
    cat "$ours/log" >&2
    exit 1
  }
done
psql -h "$ours" -d rights -q -c "TRUNCATE django_session, usersessions_usersession" \
  -c "UPDATE recovery_reset SET ended_at = now() WHERE ended_at IS NULL"
echo "$data holds what there was${moment:+ at $moment}. Everybody signs in anew."
