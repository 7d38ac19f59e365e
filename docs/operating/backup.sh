#!/bin/sh
# Makes a base backup, and once it is whole forgets those older than two weeks, with the changes
# that only they need. Run as postgres.
set -eu
cd /var/backups/netvisor-rights
made="base-$(date -u +%Y%m%dT%H%M%SZ)"
pg_basebackup --pgdata="$made.part" --format=tar --gzip --wal-method=none --checkpoint=fast
sync
mv "$made.part" "$made"
find . -maxdepth 1 -name 'base-*' -mtime +14 -exec rm -r {} +
find wal -type f -mtime +16 -delete
echo "$made"
