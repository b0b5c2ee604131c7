#!/bin/sh
# Puts the servers that the tests of metrics-reporter deliver to into a folder: metrics-servers.sh FOLDER
# Prometheus, promtool, Pushgateway and VictoriaMetrics are Debian's packages, unpacked and not installed, so that none
# is started; InfluxDB, statsd_exporter and what takes OTLP are built from source. Doing it twice changes nothing, and
# nothing outside of FOLDER but Go's caches and apt's lists is written. Needs Go.
# Then run the tests with HARDGATE_METRICS_SERVERS=FOLDER.
set -eu
here="$(cd "$(dirname "$0")" && pwd)"
mkdir -p "${1:?usage: metrics-servers.sh FOLDER}"
folder="$(cd "$1" && pwd)"

unpack() {
  ! is_there prometheus promtool pushgateway victoria-metrics || return 0
  rm -rf "$folder/unpacked"
  mkdir "$folder/unpacked"
  cd "$folder/unpacked"
  # a fresh machine has no list of packages
  download || { update && download; }
  for package in ./*.deb; do dpkg-deb -x "$package" .; done
  # renamed last, in one step each: a file that is there is whole
  mv usr/bin/promtool "$folder/promtool"
  mv usr/bin/prometheus "$folder/prometheus"
  mv usr/bin/prometheus-pushgateway "$folder/pushgateway"
  mv usr/bin/victoria-metrics "$folder/victoria-metrics"
  cd "$folder"
  rm -rf "$folder/unpacked"
}

is_there() {
  for program in "$@"; do [ -x "$folder/$program" ] || return 1; done
}

download() { apt-get -qq download prometheus prometheus-pushgateway victoria-metrics; }

update() {
  as_root=''
  [ "$(id -u)" -eq 0 ] || as_root='sudo'
  $as_root apt-get -qq -o DPkg::Lock::Timeout=300 update
}

build() {
  is_there "$1" || GOBIN="$folder" go install "$2"
}

collector() {
  sh "$here/otel-collector/build.sh" "$folder"
}

# side by side: each has a part that only waits. The log of one that failed is shown, of the others none
begin() {
  name="$1"
  shift
  ("$@") >"$folder/$name.log" 2>&1 &
  begun="$begun $name:$!"
}

begun=''
begin debian unpack
begin influxd build influxd github.com/influxdata/influxdb/cmd/influxd@v1.8.10
begin statsd_exporter build statsd_exporter github.com/prometheus/statsd_exporter@v0.28.0
begin otlp collector

status=0
for one in $begun; do
  wait "${one#*:}" && continue
  status=1
  echo "${one%%:*} is missing:" >&2
  tail -n 40 "$folder/${one%%:*}.log" >&2
done
[ "$status" -eq 0 ] || exit "$status"
ls "$folder"
