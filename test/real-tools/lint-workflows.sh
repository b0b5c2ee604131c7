#!/bin/sh
# Lints every workflow, action and Dependabot file of ours: test/real-tools/lint-workflows.sh FOLDER
# zizmor goes into a venv below FOLDER and actionlint into FOLDER/bin, which needs Go; shellcheck comes by apt. Doing it
# twice installs nothing.
set -eu
folder="${1:?usage: lint-workflows.sh FOLDER}"
mkdir -p "$folder"
folder="$(cd "$folder" && pwd)"
. "$(dirname "$0")/apt-install.sh"
cd "$(dirname "$0")/../.."

zizmor="$folder/zizmor/bin/zizmor"
if [ "$("$zizmor" --version 2>/dev/null)" != 'zizmor 1.32.0' ]; then
  python3 -m venv "$folder/zizmor"
  "$folder/zizmor/bin/python" -m pip install -q --disable-pip-version-check zizmor==1.32.0
fi
actionlint="$folder/bin/actionlint"
if ! "$actionlint" --version 2>/dev/null | grep -q '^v1\.7\.12$'; then
  GOBIN="$folder/bin" go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
fi
# actionlint lints scripts with shellcheck where it finds one: here and on GitHub alike
if ! command -v shellcheck >/dev/null; then
  apt_install shellcheck
fi

# zizmor skips folders named .github below examples, so they are named; the test fixtures hold broken files on purpose.
# A file that cannot be read is a failure (--strict-collection), and so is a finding of any severity.
set -- .github action.yml actions
for one in examples/*/.github; do
  [ ! -d "$one" ] || set -- "$@" "$one"
done
echo "zizmor: $*"
"$zizmor" --config .github/zizmor.yml --offline --no-progress --quiet --persona=pedantic --strict-collection "$@"

# what 1.7.12 does not know yet: "uses: $/actions/x" (this repository at this commit) and "concurrency: queue"
set -- .github/workflows/*.yml
for one in examples/*/.github/workflows/*.yml; do
  [ ! -f "$one" ] || set -- "$@" "$one"
done
echo "actionlint: $*"
"$actionlint" -ignore '"\$/' -ignore 'unexpected key "queue" for "concurrency" section' "$@"
echo 'no findings'
