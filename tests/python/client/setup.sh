#!/bin/sh
# Makes the Python with which client and server are tested: tests/python/client/setup.sh DIR
# Then: EYPROJECT_CLIENT_PYTHON=DIR/bin/python cargo test --test it python_client
set -eu
[ -x "$1/bin/python" ] || python3 -m venv "$1"
"$1/bin/python" -m pip install --quiet --disable-pip-version-check mypy schemathesis requests fastapi python-multipart httpx
