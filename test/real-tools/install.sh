#!/bin/sh
# Installs what the tests with real tools need: test/real-tools/install.sh FOLDER
# nginx, haproxy, tinyproxy, lcov and xmllint by apt, FastAPI, uvicorn and diff-cover in a venv below FOLDER. Doing it
# twice changes nothing.
# Then run the tests with HARDGATE_REAL_TOOLS=1 HARDGATE_PYTHON=FOLDER/venv/bin/python.
set -eu
folder="${1:?usage: install.sh FOLDER}"
# services live in sbin, which is not on everybody's path
PATH="$PATH:/usr/sbin"
. "$(dirname "$0")/apt-install.sh"

missing=''
for tool in nginx haproxy tinyproxy lcov; do
  command -v "$tool" >/dev/null || missing="$missing $tool"
done
command -v xmllint >/dev/null || missing="$missing libxml2-utils"
if [ -n "$missing" ]; then
  # unquoted, because it is a list
  apt_install $missing
fi

python="$folder/venv/bin/python"
if ! "$python" -c 'import fastapi, uvicorn, diff_cover' 2>/dev/null; then
  mkdir -p "$folder"
  python3 -m venv "$folder/venv"
  "$python" -m pip install -q --disable-pip-version-check fastapi==0.165.0 uvicorn==0.54.0 diff-cover==10.5.0
fi
"$python" -c 'import fastapi, uvicorn; print("fastapi", fastapi.__version__, "uvicorn", uvicorn.__version__)'
"$folder/venv/bin/diff-cover" --version
nginx -v 2>&1
haproxy -v | head -n 1
tinyproxy -v
lcov --version
xmllint --version 2>&1 | head -n 1
