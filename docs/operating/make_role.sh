#!/bin/sh
# Run once by PostgreSQL's image, as its database is made: the role that serves.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<END
CREATE ROLE rights LOGIN PASSWORD '$RIGHTS_PASSWORD';
END
