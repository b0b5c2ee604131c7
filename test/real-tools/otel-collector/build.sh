#!/bin/sh
# Builds the OpenTelemetry collector that the tests send to: test/real-tools/otel-collector/build.sh FOLDER
# leaves FOLDER/otelcol. Needs Go. Doing it twice builds nothing.
set -eu
folder="${1:?usage: build.sh FOLDER}"
here="$(cd "$(dirname "$0")" && pwd)"
version=0.165.0
mkdir -p "$folder"
folder="$(cd "$folder" && pwd)"

if [ "$("$folder/otelcol" --version 2>/dev/null)" != "otelcol version $version" ]; then
  [ -x "$folder/bin/builder" ] ||
    GOBIN="$folder/bin" go install "go.opentelemetry.io/collector/cmd/builder@v$version"
  sources="$folder/otelcol-sources"
  mkdir -p "$sources"
  sed "s#^dist:#dist:\n  output_path: $sources#" "$here/manifest.yaml" >"$sources/manifest.yaml"
  "$folder/bin/builder" --config "$sources/manifest.yaml" >"$sources/build.log" 2>&1 || {
    cat "$sources/build.log" >&2
    exit 1
  }
  mv "$sources/otelcol" "$folder/otelcol"
fi
"$folder/otelcol" --version
