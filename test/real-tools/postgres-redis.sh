#!/bin/sh
# A PostgreSQL and a Redis of one's own, for tests, on loopback and with nothing kept:
#   postgres-redis.sh install                        Debian's packages; starts nothing, and twice changes nothing
#   postgres-redis.sh start FOLDER PG_PORT REDIS_PORT
#                                                    prints DATABASE_URL=… and REDIS_URL=…, fit for $GITHUB_ENV
#   postgres-redis.sh stop FOLDER                    ends both and removes their data; no fault where none runs
set -eu
. "$(dirname "$0")/apt-install.sh"

usage() {
  sed -n '3,6s/^# *//p' "$0" >&2
  exit 2
}

install() {
  missing=''
  [ -n "$(postgres_bin)" ] || missing="$missing postgresql"
  command -v redis-server >/dev/null || missing="$missing redis-server"
  if [ -n "$missing" ]; then
    # unquoted, because it is a list
    apt_install $missing
  fi
  "$(postgres_bin)/postgres" --version
  redis-server --version
}

# Debian keeps the server's programs off the path, one folder a version; the newest is taken
postgres_bin() {
  newest="$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)"
  [ -n "$newest" ] || newest="$(dirname "$(command -v initdb 2>/dev/null)" 2>/dev/null | grep / || true)"
  echo "$newest"
}

# PostgreSQL refuses root, and Redis does not need it
plain() {
  if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

start() {
  [ ! -e "$data" ] || fail "$data is there already: run stop first"
  bin="$(postgres_bin)"
  [ -n "$bin" ] && command -v redis-server >/dev/null || fail 'PostgreSQL or Redis is not installed: run install first'
  password="$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
  mkdir -p "$data"
  [ "$(id -u)" -ne 0 ] || chown postgres "$data"
  if ! plain test -w "$data"; then
    rm -rf "$data"
    fail "user postgres cannot reach $data: chmod o+x the folders above it"
  fi
  chmod 700 "$data"
  cd "$data" # the caller's folder may be closed to the user postgres, and PostgreSQL looks at where it starts
  trap 'trouble' EXIT
  start_postgres "$1" >&2
  start_redis "$2" >&2
  trap - EXIT
  echo "DATABASE_URL=postgresql+psycopg://app:$password@127.0.0.1:$1/app"
  echo "REDIS_URL=redis://:$password@127.0.0.1:$2/0"
}

start_postgres() {
  (umask 077 && echo "$password" >password)
  [ "$(id -u)" -ne 0 ] || chown postgres password
  plain "$bin/initdb" -D "$data/postgres" -U app --pwfile="$data/password" -A scram-sha-256 -E UTF8 --locale=C --no-sync >initdb.log
  rm password
  # no socket file: its path may be too long, and TCP does
  options="-p $1 -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
  plain "$bin/pg_ctl" -D "$data/postgres" -w -t 60 -l "$data/postgres.log" -o "$options" start >/dev/null
  PGPASSWORD="$password" "$bin/createdb" -h 127.0.0.1 -p "$1" -U app app
}

start_redis() {
  # by file: a command line can be read by everybody
  (
    umask 077
    printf '%s\n' "bind 127.0.0.1" "port $1" "requirepass $password" 'save ""' "dir \"$data\"" \
      "pidfile \"$data/redis.pid\"" "logfile \"$data/redis.log\"" 'daemonize yes' >redis.conf
  )
  [ "$(id -u)" -ne 0 ] || chown postgres redis.conf
  plain redis-server "$data/redis.conf"
  tries=0
  until REDISCLI_AUTH="$password" redis-cli -h 127.0.0.1 -p "$1" ping 2>/dev/null | grep -q PONG; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || return 1
    sleep 0.1
  done
}

# half a start leaves nothing behind but its reason
trouble() {
  trap - EXIT
  tail -n 20 "$data"/*.log >&2 || true
  stop
  exit 1
}

stop() {
  [ -d "$data" ] || return 0
  cd /
  # asked with its own password, and not by a process id: one that outlived a crash may be another program's by now
  if [ -e "$data/redis.pid" ]; then
    REDISCLI_AUTH="$(sed -n 's/^requirepass //p' "$data/redis.conf")" redis-cli -h 127.0.0.1 \
      -p "$(sed -n 's/^port //p' "$data/redis.conf")" shutdown nosave >/dev/null 2>&1 && wait_for_redis_end
  fi
  bin="$(postgres_bin)"
  if plain "$bin/pg_ctl" -D "$data/postgres" status >/dev/null 2>&1; then
    plain "$bin/pg_ctl" -D "$data/postgres" -m immediate -t 20 stop >/dev/null 2>&1 || postgres_answers_not
  fi
  rm -rf "$data"
}

# Redis removes this file as the last thing it does
wait_for_redis_end() {
  tries=0
  while [ -e "$data/redis.pid" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || fail "Redis in $data does not end"
    sleep 0.1
  done
}

# pg_ctl takes a killed server for a running one until somebody reaps its process, which not every init does at once
postgres_answers_not() {
  status=0
  "$bin/pg_isready" -q -h 127.0.0.1 -p "$(sed -n 4p "$data/postgres/postmaster.pid")" || status=$?
  [ "$status" -eq 2 ] || fail "PostgreSQL in $data does not end"
}

fail() {
  echo "$1" >&2
  exit 1
}

case "${1:-} $#" in
  'install 1') install ;;
  'start 4' | 'stop 2')
    mkdir -p "$2"
    data="$(cd "$2" && pwd)/postgres-redis"
    command="$1"
    shift 2
    "$command" "$@"
    ;;
  *) usage ;;
esac
