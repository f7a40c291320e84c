#!/bin/bash
# Starts PostgreSQL as the official image does: the first start makes a cluster from POSTGRES_USER, POSTGRES_PASSWORD,
# POSTGRES_DB and POSTGRES_INITDB_ARGS (each also as NAME_FILE) and runs what lies in /docker-entrypoint-initdb.d.
set -euo pipefail
export PGDATA=${PGDATA:-/var/lib/postgresql/data}
PATH=/usr/lib/postgresql/15/bin:$PATH

# Sets $1 from the file that $1_FILE names, or to the default $2.
from_file_or() {
  local file=$1_FILE
  if [[ -n ${!file:-} ]]; then
    [[ -z ${!1:-} ]] || { echo "both $1 and $file are set; keep one" >&2; exit 1; }
    export "$1=$(<"${!file}")"
  fi
  export "$1=${!1:-$2}"
  unset "$file"
}

run_as_postgres() {
  mkdir -p "$PGDATA" /var/run/postgresql
  chown -R postgres:postgres "$PGDATA" /var/run/postgresql
  chmod 0700 "$PGDATA"
  exec setpriv --reuid postgres --regid postgres --init-groups -- "$0" "$@"
}

make_cluster() {
  from_file_or POSTGRES_PASSWORD ""
  from_file_or POSTGRES_USER postgres
  from_file_or POSTGRES_DB "$POSTGRES_USER"
  from_file_or POSTGRES_INITDB_ARGS ""
  local method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  if [[ -z $POSTGRES_PASSWORD && $method != trust ]]; then
    echo "the database has no password: set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE" >&2
    exit 1
  fi
  # Unquoted on purpose: the variable holds several arguments.
  # shellcheck disable=SC2086
  initdb --username "$POSTGRES_USER" --pwfile <(printf '%s\n' "$POSTGRES_PASSWORD") --auth-local trust \
    --auth-host "$method" $POSTGRES_INITDB_ARGS
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
  printf "\nlisten_addresses = '*'\n" >>"$PGDATA/postgresql.conf"
}

sql() { psql -v ON_ERROR_STOP=1 --no-password --no-psqlrc --username "$POSTGRES_USER" --dbname "${1:-$POSTGRES_DB}"; }

# shellcheck disable=SC1090 # the files are the operator's
run_init_file() {
  echo "running $1"
  case $1 in
    *.sh) if [[ -x $1 ]]; then "$1"; else . "$1"; fi ;;
    *.sql) sql <"$1" ;;
    *.sql.gz) gunzip -c "$1" | sql ;;
    *.sql.xz) xz -dc "$1" | sql ;;
    *) echo "ignored: its name ends in none of .sh .sql .sql.gz .sql.xz" ;;
  esac
}

# The server of this phase listens on the socket in the container only: nobody outside meets half a database.
fill_cluster() {
  pg_ctl -w start -o "-c listen_addresses=''" >/dev/null
  if [[ $POSTGRES_DB != postgres ]]; then
    printf 'create database %s;\n' "\"${POSTGRES_DB//\"/\"\"}\"" | sql postgres
  fi
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    [[ ! -e $file ]] || run_init_file "$file"
  done
  pg_ctl -m fast -w stop >/dev/null
  unset POSTGRES_PASSWORD
}

[[ ${1:-} == -* ]] && set -- postgres "$@"
if [[ ${1:-postgres} == postgres ]]; then
  [[ $(id -u) != 0 ]] || run_as_postgres "$@"
  if [[ ! -s $PGDATA/PG_VERSION ]]; then
    make_cluster
    fill_cluster
    echo "the cluster is ready"
  fi
fi
exec "$@"
