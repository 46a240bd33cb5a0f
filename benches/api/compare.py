#!/usr/bin/env python3
"""Compares `eyproject-sessions serve` with a Python backend, and with dufs, in one run.

    cargo build --release
    python3 benches/api/compare.py --program target/release/eyproject-sessions [--rounds 5]

Parts (both, unless one is named):
    info      GET /session/info of 1,000 sessions of 100 files each: the first answer of a server just
              started, answers after that, and requests a second
    upload    2 GB over loopback to a base in memory, and how far each server's memory grew

The servers take turns (A B A B …), each started anew for its turn, `--rounds` times after one
unmeasured turn each. Printed: medians of the rounds, the extremes, and the ratio to ours: above 1 we
are ahead. Memory is the largest growth of any round: the peak during the upload (VmHWM) less what the
server held right before (VmRSS), so the page cache doesn't count.

The program believes a size once its session is surely watched, which takes three seconds; "after that"
and `wrk` come four seconds after the first answer. The sums that both servers give are compared, and so
are uploaded files with what was sent.

The Python backend is backend.py beside this file. Without `--python` a Python with requirements.txt is
made once in ~/.cache/eyproject-sessions/api-bench, which needs a package index. curl is needed for
uploads; `wrk` and `dufs` are left out where they are not installed, and the table says so. Uploads need
three times their size in `--memory` and once more in RAM. Everything else is removed at the end. Linux
only. Standard library only.
"""

import argparse
import contextlib
import filecmp
import http.client
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SESSIONS, FILES = 1000, 100
MEGABYTE = 1_000_000
OURS, PYTHON, DUFS = "eyproject-sessions serve", "FastAPI, uvicorn", "dufs"
SETTLE = 4.0  # seconds; see above


# Servers


class Server:
    """A server that runs: its port, its process, and when it was started."""

    def __init__(self, name, words, base, room):
        self.name, self.log = name, room / "log"
        self.port = free_port()
        words = [str(word).replace("{port}", str(self.port)) for word in words]
        with self.log.open("wb") as log:
            self.begin = time.perf_counter()
            self.process = subprocess.Popen(
                words, env=environment(base, room), stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )

    def wait(self):
        """Waits until it accepts connections."""
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            if self.process.poll() is not None or time.perf_counter() - self.begin > 60:
                self.fail("did not start")
            time.sleep(0.001)

    def memory(self, field):
        """VmRSS or VmHWM, in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{field}:\s+(\d+) kB$", status, re.MULTILINE)[1]) * 1024

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def fail(self, what):
        log = self.log.read_text(errors="replace")[-2000:]
        sys.exit(f"{self.name} {what}; it said:\n{log}")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def serving(name, options, base, room):
    """A server of `base`, stopped at the end."""
    words = {
        OURS: [options.program, "--quiet", "serve", "--listen", "127.0.0.1:{port}"],
        PYTHON: [
            *(options.python, "-m", "uvicorn", "--app-dir", HERE, "backend:app"),
            *("--host", "127.0.0.1", "--port", "{port}", "--log-level", "warning", "--no-access-log"),
        ],
        DUFS: [options.dufs, "--allow-all", "--bind", "127.0.0.1", "--port", "{port}", base],
    }
    server = Server(name, words[name], base, room)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(base, room):
    """One without the user's settings; no session is cleaned up, and temporary files lie in `room`."""
    dropped = ("EYPROJECT_", "XDG_", "PYTHON")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return clean | {
        "HOME": str(room),
        "TMPDIR": str(room),
        "PYTHONDONTWRITEBYTECODE": "1",
        "EYPROJECT_TEMP_BASE": str(base),
        "EYPROJECT_MAX_SESSIONS": "100000",
    }


# What is printed


class Table:
    """The rounds of each server, and the middle of them in the end; the first server is ours."""

    def __init__(self, title, unit, per_second=False, digits=1, middle=statistics.median):
        self.title, self.unit, self.per_second, self.digits = title, unit, per_second, digits
        self.middle = middle
        self.rounds, self.notes = {}, []

    def add(self, name, value):
        self.rounds.setdefault(name, []).append(value)

    def show(self):
        print(f"\n{self.title}")
        ours = None
        for name, values in self.rounds.items():
            middle = self.middle(values)
            ours = ours or middle
            ratio = ours / middle if self.per_second else middle / ours
            shown, low, high = (f"{v:.{self.digits}f}" for v in (middle, min(values), max(values)))
            print(f"  {name:<26} {shown:>9} {self.unit:<5} {ratio:8.2f} ×   ({low} to {high})")
        for note in self.notes:
            print(f"  {note}")
        sys.stdout.flush()


# GET /session/info


def bench_info(options, room):
    base = room / "base"
    names = make_sessions(base)
    first = Table("info: the first answer of a server just started, 1,000 sessions of 100 files", "ms")
    started = Table("info: from exec of the server to its first answer", "ms")
    later = Table("info: answers after that, on one connection", "ms", digits=2)
    rate = Table("info: requests a second, wrk with 8 connections", "/s", per_second=True)
    wrk = shutil.which("wrk")
    if wrk is None:
        rate.notes.append("wrk is not installed")
    for turn in range(options.rounds + 1):
        totals = {}
        for name in (OURS, PYTHON):
            with serving(name, options, base, room) as server:
                connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
                begin = time.perf_counter()
                answer = get_info(server, connection)
                end = time.perf_counter()
                totals[name] = total_of(server, answer, names)
                if turn > 0:
                    first.add(name, (end - begin) * 1000)
                    started.add(name, (end - server.begin) * 1000)
                    later.add(name, answers_later(server, connection))
                    if wrk is not None:
                        rate.add(name, requests_a_second(wrk, server, rate))
                connection.close()
            remove_new(base, names)
        if len(set(totals.values())) != 1:
            sys.exit(f"the servers count different sizes: {totals}")
    for table in (first, started, later, rate):
        table.show()


def make_sessions(base):
    """1,000 sessions of 100 files, of 0 to 990 bytes each; their names."""
    base.mkdir(mode=0o700)
    names = set()
    for number in range(SESSIONS):
        name = time.strftime("session_%Y%m%d_%H%M%S", time.gmtime(1_750_000_000 + number))
        session = base / name
        session.mkdir()
        for file in range(FILES):
            (session / f"file_{file:03}.csv").write_bytes(b"x" * (file * 10))
        names.add(name)
    return names


def get_info(server, connection):
    """One answer, read to its end."""
    connection.request("GET", "/session/info")
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        server.fail(f"answered {response.status} {body[:300]!r}")
    return body


def total_of(server, body, names):
    """The bytes of the sessions that were made here; a session that a server made is its own affair."""
    sizes = {session["session_id"]: session.get("size_bytes") for session in json.loads(body)["all_sessions"]}
    if not names <= sizes.keys():
        server.fail(f"lists only {len(names & sizes.keys())} of {len(names)} sessions")
    return sum(sizes[name] for name in names)


def answers_later(server, connection):
    """The median of some answers, in milliseconds, once the sessions are surely watched."""
    times = []
    time.sleep(SETTLE if server.name == OURS else 0)
    get_info(server, connection)
    for _ in range(300 if server.name == OURS else 5):
        begin = time.perf_counter()
        get_info(server, connection)
        times.append(time.perf_counter() - begin)
    return statistics.median(times) * 1000


def requests_a_second(wrk, server, table):
    # Every answer must count, also those of a server that takes seconds for each.
    words = [wrk, "-t1", "-c8", "-d6s", "--timeout", "30s", server.url("/session/info")]
    said = subprocess.run(words, stdout=subprocess.PIPE, text=True, timeout=120, check=True).stdout
    for line in said.splitlines():
        if "Socket errors" in line or "Non-2xx" in line:
            table.notes.append(f"{server.name}: {line.strip()}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


def remove_new(base, names):
    """Removes the sessions that a server made."""
    for path in base.iterdir():
        if path.name.startswith("session_") and path.name not in names:
            shutil.rmtree(path)


# POST /upload


def bench_upload(options, room):
    size = options.megabytes * MEGABYTE
    title = f"upload: {size / 1e9:g} GB over loopback to a base in {options.memory}"
    if lack := lack_for_upload(size, options.memory):
        print(f"\n{title}\n  left out: {lack}")
        return
    time_taken = Table(title, "s", digits=2)
    growth = Table("upload: growth of the server's memory, at most", "MB", middle=max)
    servers = [OURS, PYTHON, DUFS]
    if options.dufs is None:
        servers.remove(DUFS)
        time_taken.notes.append("dufs is not installed (cargo install dufs, or --dufs PATH)")
    with tempfile.TemporaryDirectory(dir=options.memory, prefix="compare-api-") as place:
        sent = Path(place) / "measurements.bin"
        block = os.urandom(10 * MEGABYTE)
        with sent.open("wb") as file:
            for begin in range(0, size, len(block)):
                file.write(block[: size - begin])
        for turn in range(options.rounds + 1):
            for name in servers:
                work = Path(place) / "work"
                work.mkdir()
                base = work / "base"
                base.mkdir(mode=0o700)
                with serving(name, options, base, work) as server:
                    before = server.memory("VmRSS")
                    seconds = send(server, sent)
                    grown = server.memory("VmHWM") - before
                check(server, base, sent, thoroughly=turn == 0)
                shutil.rmtree(work)
                if turn > 0:
                    time_taken.add(name, seconds)
                    growth.add(name, grown / MEGABYTE)
    time_taken.show()
    growth.show()


def lack_for_upload(size, memory):
    """What is missing for the part, if anything is."""
    if shutil.which("curl") is None:
        return "curl is not installed"
    if not memory.is_dir():
        return f"there is no {memory}; --memory names another place"
    # What is sent, what the Python backend's framework sets aside, what is stored; and a reserve.
    need = 3 * size + 1_100 * MEGABYTE
    free = shutil.disk_usage(memory).free
    if free < need:
        return f"{memory} has {free / 1e9:.1f} GB free, {need / 1e9:.1f} are needed"
    meminfo = Path("/proc/meminfo").read_text()
    available = int(re.search(r"^MemAvailable:\s+(\d+) kB$", meminfo, re.MULTILINE)[1]) * 1024
    if available < need + size:
        return f"{available / 1e9:.1f} GB of RAM are available, {(need + size) / 1e9:.1f} are needed"
    return None


def send(server, file):
    """Sends the file as the server takes it; the seconds until its answer."""
    if server.name == DUFS:
        how = ["-T", str(file), server.url(f"/{file.name}")]
    else:
        how = ["-F", f"file=@{file}", server.url("/upload")]
    # Without Expect, so that nobody waits for a 100.
    words = ["curl", "-sS", "--max-time", "600", "-H", "Expect:", "-w", r"\n%{http_code} %{time_total}"]
    done = subprocess.run([*words, *how], capture_output=True, text=True)
    answer, _, last = done.stdout.rpartition("\n")
    code, _, seconds = last.partition(" ")
    if done.returncode != 0 or code not in ("200", "201"):
        server.fail(f"took no upload: {code} {answer[:300]} {done.stderr}")
    return float(seconds)


def check(server, base, sent, thoroughly):
    """That what was sent is stored, once, under its name; thoroughly: byte for byte."""
    stored = list(base.rglob(sent.name))
    if len(stored) != 1 or stored[0].stat().st_size != sent.stat().st_size:
        server.fail(f"stored {[str(path) for path in stored]}")
    if thoroughly and not filecmp.cmp(sent, stored[0], shallow=False):
        server.fail("stored other bytes than were sent")


# A Python with FastAPI


def find_python(wanted):
    """`wanted`, or the one in the cache, made where there is none."""
    needed = "import fastapi, uvicorn, multipart, httptools, uvloop"
    if wanted is not None:
        if not imports(wanted, needed):
            sys.exit(f"{wanted} can't {needed}: {wanted} -m pip install -r {HERE / 'requirements.txt'}")
        return wanted
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    room = cache / "eyproject-sessions" / "api-bench"
    python = room / "bin" / "python"
    if not imports(python, needed):
        print(f"making a Python with FastAPI in {room}", flush=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        for words in (
            [sys.executable, "-m", "venv", "--clear", room],
            [*install, "-r", HERE / "requirements.txt"],
        ):
            if subprocess.run(words).returncode != 0:
                sys.exit("could not make a Python with FastAPI (what it said stands above); --python names one")
    return python


def imports(python, statement):
    """Whether `python` is there and can do the imports."""
    try:
        return subprocess.run([python, "-c", statement], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


PARTS = {"info": bench_info, "upload": bench_upload}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help="info, upload [both]")
    target = os.environ.get("CARGO_TARGET_DIR") or HERE.parent.parent / "target"
    program = Path(target) / "release" / "eyproject-sessions"
    parser.add_argument("--program", type=Path, default=program, help="the program [%(default)s]")
    parser.add_argument("--python", type=Path, help="a Python with requirements.txt [one in the cache]")
    parser.add_argument("--dufs", default=shutil.which("dufs"), help="dufs [the one on PATH]")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each, at least 5 for figures")
    parser.add_argument("--where", type=Path, default=Path(tempfile.gettempdir()), help="[%(default)s]")
    parser.add_argument("--memory", type=Path, default=Path("/dev/shm"), help="a tmpfs [%(default)s]")
    parser.add_argument("--megabytes", type=int, default=2000, help="size of an upload [%(default)s]")
    options = parser.parse_args()
    if sys.platform != "linux":
        parser.error("it reads /proc, which only Linux has")
    if options.rounds < 1 or options.megabytes < 1:
        parser.error("--rounds and --megabytes are at least 1")
    if unknown := set(options.parts) - PARTS.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    for path in filter(None, (options.program, options.dufs)):
        if not os.access(path, os.X_OK):
            parser.error(f"{path} is not there, or no program")
    # What was made is removed, and servers are stopped, also when we are told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    options.python = find_python(options.python)
    print(f"{options.program}, {os.cpu_count()} processors, {options.where}, {options.rounds} rounds", flush=True)
    for part in options.parts or PARTS:
        with tempfile.TemporaryDirectory(dir=options.where, prefix="compare-api-") as room:
            PARTS[part](options, Path(room))


if __name__ == "__main__":
    main()
