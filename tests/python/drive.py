"""Run every script below a session in its own folder, and print what each printed.

    python drive.py SESSION

Prints a JSON object: for each script, by its path, its output, with the error at its end
if it failed.  Where the system can fork, pandas is imported once for all of them.
"""

import contextlib
import io
import json
import os
import runpy
import subprocess
import sys
import traceback
import warnings
from pathlib import Path

import pandas  # noqa: F401  what the forked scripts share


def run(path):
    """Run the script as a program of its own and return what it printed."""
    output = io.StringIO()
    os.chdir(path.parent)
    sys.path.insert(0, str(path.parent))
    sys.argv = [path.name]
    warnings.simplefilter("ignore")
    with contextlib.redirect_stdout(output):
        try:
            runpy.run_path(path.name, run_name="__main__")
        except BaseException:
            error = traceback.format_exc().splitlines()[-1]
            print("FAILED", error)
    return output.getvalue()


def forked(path):
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.close(reader)
        with os.fdopen(writer, "w", encoding="utf-8") as pipe:
            pipe.write(run(path))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        output = pipe.read()
    os.wait()
    return output


def started(path):
    command = [sys.executable, __file__, "--one", str(path)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False).stdout


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    if sys.argv[1] == "--one":
        print(run(Path(sys.argv[2]).absolute()), end="")
    else:
        root = Path(sys.argv[1]).absolute()
        each = forked if hasattr(os, "fork") else started
        scripts = sorted(p for p in root.rglob("*.py") if p.name != "eyproject_sql.py")
        json.dump({s.relative_to(root).as_posix(): each(s) for s in scripts}, sys.stdout)
