#!/bin/sh
# As the owner, before anything serves: tables, what the other role may do, and the catalogue.
set -eu
for command in migrate createcachetable "grant_roles rights" partitions sync_catalog; do
  .venv/bin/python manage.py $command
done
