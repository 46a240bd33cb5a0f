#!/bin/sh
# Makes the Python that the corpus of scripts is run with: tests/python/setup.sh DIR
# Then: EYPROJECT_PYTHON=DIR/bin/python cargo test --no-default-features python_corpus
set -eu
python3 -m venv "$1"
"$1/bin/python" -m pip install --quiet --disable-pip-version-check pandas openpyxl
"$1/bin/python" -c 'import sys, pandas, openpyxl; print("Python", sys.version.split()[0], "pandas", pandas.__version__)'
