#!/usr/bin/env bash
# Puts a dump that backup.sh wrote back, in one transaction: either all of it or nothing.
#   scripts/restore.sh backups/NAME.dump
set -euo pipefail
readonly kProject=dotnet-app

[[ $# == 1 && -r $1 ]] || { echo "usage: $0 DUMP (a file that backup.sh wrote)" >&2; exit 2; }
container=$(docker ps --quiet --filter "label=com.docker.compose.project=$kProject" --filter label=com.docker.compose.service=postgres)
[[ -n $container ]] || { echo "the database of $kProject does not run; deploy it: ./deploy.sh" >&2; exit 1; }
docker exec --interactive "$container" pg_restore --list <"$1" >/dev/null
docker exec --interactive "$container" \
  sh -c 'exec pg_restore --clean --if-exists --single-transaction --exit-on-error --username "$POSTGRES_USER" --dbname "$POSTGRES_DB"' <"$1"
echo "restored from $1"
