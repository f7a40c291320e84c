#!/usr/bin/env bash
# Writes a consistent dump of the stack's database to backups/ and checks that it can be read back.
# The database trusts its own socket, so no password appears in a command line.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly kProject=dotnet-app

container=$(docker ps --quiet --filter "label=com.docker.compose.project=$kProject" --filter label=com.docker.compose.service=postgres)
[[ -n $container ]] || { echo "the database of $kProject does not run; deploy it: ./deploy.sh" >&2; exit 1; }
umask 077
mkdir -p backups
dump=backups/$kProject-$(date -u +%Y%m%dT%H%M%SZ).dump
trap 'rm -f "$dump.partial"' EXIT
docker exec "$container" sh -c 'exec pg_dump --format=custom --username "$POSTGRES_USER" "$POSTGRES_DB"' >"$dump.partial"
docker exec --interactive "$container" pg_restore --list <"$dump.partial" >/dev/null
mv "$dump.partial" "$dump"
echo "$PWD/$dump"
