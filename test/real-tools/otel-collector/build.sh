#!/bin/sh
# Builds the two servers that the tests send OTLP to: test/real-tools/otel-collector/build.sh FOLDER
# leaves FOLDER/otelcol, the OpenTelemetry collector of the manifest beside this script, and FOLDER/prometheus-otlp, a
# Prometheus that takes OTLP, which Debian's is too old for. Needs Go. Doing it twice builds nothing.
set -eu
folder="${1:?usage: build.sh FOLDER}"
here="$(cd "$(dirname "$0")" && pwd)"
version=0.165.0
mkdir -p "$folder"
folder="$(cd "$folder" && pwd)"
sources="$folder/otelcol-sources"

if ! [ -x "$folder/otelcol" ] || ! cmp -s "$here/manifest.yaml" "$sources/built-from.yaml"; then
  GOBIN="$folder/bin" go install "go.opentelemetry.io/collector/cmd/builder@v$version"
  mkdir -p "$sources"
  sed "s#^dist:#dist:\n  output_path: $sources#" "$here/manifest.yaml" >"$sources/manifest.yaml"
  "$folder/bin/builder" --config "$sources/manifest.yaml" >"$sources/build.log" 2>&1 || {
    cat "$sources/build.log" >&2
    exit 1
  }
  mv "$sources/otelcol" "$folder/otelcol"
  cp "$here/manifest.yaml" "$sources/built-from.yaml"
fi
if ! [ -x "$folder/prometheus-otlp" ]; then
  # without the discovery of every cloud, which takes longer to build than the rest
  GOBIN="$folder/bin" go install -tags remove_all_sd -ldflags='-s -w' github.com/prometheus/prometheus/cmd/prometheus@v0.316.0
  mv "$folder/bin/prometheus" "$folder/prometheus-otlp"
fi
"$folder/otelcol" --version
"$folder/prometheus-otlp" --version 2>&1 | head -n 1
