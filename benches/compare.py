#!/usr/bin/env python3
"""Compares the program with what a user would use instead, on trees made for it.

    cargo build --release
    python3 benches/compare.py all                 # everything, on disk
    python3 benches/compare.py list million --memory

Parts (any number of them, or `all`):
    list      sizes of 1,000 sessions of 100 files each
    million   size of one session of a million files, in 1,000 folders and in one
    remove    removal of 100,000 files, in 1,000 folders and in one
    copy      copying in 2 GB in 20 files, and 20,000 files of 4 kB
    start     from exec to the window shown, with 1,000 sessions
    run       a script that prints a million lines

The programs of a part take turns (A B C A B C …), `--rounds` times after one unmeasured turn each,
so that a noisy or shared machine hits them alike. Printed for each: the median of wall time, of CPU
time (user + system), and the ratio of its median to ours: above 1 we are faster. Warm cache.

`du`, `rm` and `cp` are expected; `diskus` and `pdu` (cargo install diskus parallel-disk-usage), Xvfb
and thunar are compared with where they are installed, else the table says so.
Trees are made in a new directory below `--where` and removed at the end. Standard library only.
"""

import argparse
import contextlib
import ctypes
import ctypes.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve()
MEGABYTE = 1_000_000


# What a comparison is made of


class Rival:
    """One way to do the work: `run` does it and gives wall and CPU seconds, `ready` comes before."""

    def __init__(self, name, run, ready=lambda: None, needs=None):
        self.name, self.run, self.ready, self.needs = name, run, ready, needs

    def is_here(self):
        return self.needs is None or shutil.which(self.needs) is not None


def command(*words, cwd=None):
    """A run of a program: its wall and CPU time, its output thrown away."""

    def run():
        begin = time.perf_counter()
        child = subprocess.Popen(words, cwd=cwd, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"{words[0]} failed with exit code {child.returncode}")
        return wall, usage.ru_utime + usage.ru_stime

    return run


def compare(title, rivals, rounds):
    """Lets the rivals take turns and prints their medians; the first one is ours."""
    print(f"\n{title}")
    here = [rival for rival in rivals if rival.is_here()]
    times = {rival.name: [] for rival in here}
    for turn in range(rounds + 1):
        for rival in here:
            rival.ready()
            result = rival.run()
            if turn > 0:
                times[rival.name].append(result)
    ours = None
    for rival in rivals:
        if rival not in here:
            print(f"  {rival.name:<34} not installed")
            continue
        wall, cpu = (statistics.median(column) for column in zip(*times[rival.name]))
        ours = ours or wall
        print(
            f"  {rival.name:<34} {wall * 1000:9.1f} ms {cpu * 1000:9.1f} ms CPU "
            f"{wall / ours:8.2f} ×",
            flush=True,
        )


# Trees


def fill(folder, count, content, ending="csv"):
    """Makes `count` files of `content` in a new `folder`."""
    folder.mkdir(parents=True)
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    for number in range(count):
        file = os.open(f"file_{number:07}.{ending}", flags, 0o600, dir_fd=at)
        if content:
            os.write(file, content)
        os.close(file)
    os.close(at)


def session_name(number):
    """A session's name, `number` seconds after the first."""
    return time.strftime("session_%Y%m%d_%H%M%S", time.gmtime(1_750_000_000 + number))


def private(folder):
    """A base directory as the program wants it."""
    folder.mkdir(mode=0o700)
    return folder


# The parts


def bench_list(options, room):
    base = private(room / "base")
    for number in range(1000):
        session = base / session_name(number)
        fill(session, 90, b"a,b\n1,2\n")
        fill(session / "data", 10, b"x" * 5000)
    return lambda: compare_sizes("list: 1,000 sessions of 100 files", base, options, ours_too=True)


def bench_million(options, room):
    flat, nested = private(room / "flat"), private(room / "nested")
    fill(flat / session_name(0), 1_000_000, b"")
    for number in range(1000):
        fill(nested / session_name(0) / f"folder {number}", 1000, b"")

    def run():
        compare_sizes("million: one session of 1,000 folders of 1,000 files", nested, options)
        compare_sizes("million: one session of 1,000,000 files in one folder", flat, options)

    return run


def compare_sizes(title, base, options, ours_too=False):
    ours = [options.program, "--base", str(base), "list", "--json"]
    answer = json.loads(subprocess.run(ours, stdout=subprocess.PIPE, check=True).stdout)
    counted = sum(session["size_bytes"] for session in answer["all_sessions"])
    expected, _ = python_loop(base)
    if counted != expected:
        sys.exit(f"the program counts {counted} bytes, Python {expected}")

    def python():
        words = [sys.executable, str(HERE), "_python_loop", str(base)]
        seconds = float(subprocess.run(words, stdout=subprocess.PIPE, check=True).stdout)
        return seconds, seconds

    here = str(base)
    rivals = [
        Rival("eyproject-sessions list --json", command(*ours)),
        Rival("Python, os.walk and getsize (loop)", python),
        Rival("du -s --apparent-size", command("du", "-s", "--apparent-size", here), needs="du"),
        Rival("diskus --apparent-size", command("diskus", "-b", here), needs="diskus"),
        Rival("pdu --quantity=apparent-size", command("pdu", "--quantity=apparent-size", here), needs="pdu"),
    ]
    compare(title, rivals, options.rounds)


def python_loop(base):
    """What the Python backend does to list the sessions of `base`: their bytes, and the seconds it took."""
    begin = time.perf_counter()
    total = 0
    for name in sorted(os.listdir(base), reverse=True):
        session = os.path.join(base, name)
        if name.startswith("session_") and os.path.isdir(session):
            for folder, _, files in os.walk(session):
                for file in files:
                    total += os.path.getsize(os.path.join(folder, file))
    return total, time.perf_counter() - begin


def bench_remove(options, room):
    def run():
        for title, folders, files in [
            ("remove: 1,000 folders of 100 files of 4 kB", 1000, 100),
            ("remove: one folder of 100,000 files of 4 kB", 1, 100_000),
        ]:
            base = private(room / f"remove {folders}")
            # The newest session is the current one, which is protected.
            victim, newest = base / session_name(0), base / session_name(1)
            newest.mkdir()

            def ready(victim=victim, folders=folders, files=files):
                for number in range(folders):
                    fill(victim / f"folder {number}", files, b"x" * 4096)
                os.sync()

            ours = command(options.program, "--quiet", "--base", str(base), "delete", victim.name)
            rivals = [
                Rival("eyproject-sessions delete", ours, ready),
                Rival("rm -rf", command("rm", "-rf", str(victim)), ready),
            ]
            compare(title, rivals, options.rounds)

    return run


def bench_copy(options, room):
    def run():
        for title, count, size in [
            ("copy: 20 files of 100 MB", 20, 100 * MEGABYTE),
            ("copy: 20,000 files of 4 kB", 20_000, 4096),
        ]:
            source = room / "source"
            # Nothing that becomes a table: cp makes none either.
            fill(source, count, os.urandom(size), "bin")
            base, copy = room / "copies", room / "copy"

            def ready(base=base, copy=copy):
                for path in (base, copy):
                    shutil.rmtree(path, ignore_errors=True)
                private(base)
                os.sync()

            ours = command(options.program, "--quiet", "--base", str(base), "upload", str(source))
            rivals = [
                Rival("eyproject-sessions upload", ours, ready),
                Rival("cp -r", command("cp", "-r", str(source), str(copy)), ready),
            ]
            compare(title, rivals, options.rounds)
            ready()
            shutil.rmtree(source)

    return run


def bench_start(options, room):
    base = private(room / "base for the window")
    for number in range(1000):
        fill(base / session_name(number), 3, b"a,b\n1,2\n")

    def run():
        title = "start: from exec to the window shown, 1,000 sessions"
        if shutil.which("Xvfb") is None or ctypes.util.find_library("X11") is None:
            print(f"\n{title}\n  needs Xvfb and libX11")
            return
        with screen():
            rivals = [
                Rival("eyproject-sessions", shown(options.program, "--base", str(base))),
                Rival("thunar", shown("thunar", str(base)), needs="thunar"),
            ]
            compare(title, rivals, options.rounds)

    return run


def bench_run(options, room):
    base = private(room / "base with a script")
    session = base / session_name(0)
    session.mkdir()
    script = session / "lines.py"
    script.write_text("for i in range(1_000_000):\n    print('line', i, 'of very many')\n")
    output = room / "output.txt"

    def into_file(*words):
        return command("sh", "-c", 'exec "$@" >"$0"', str(output), *words)

    def run():
        ours = [options.program, "--quiet", "--base", str(base), "run", session.name, script.name]
        rivals = [
            Rival("eyproject-sessions run", into_file(*ours)),
            # A run is unbuffered, so that its output can be followed: a write for each piece of a line.
            Rival("python3 -u lines.py > output.txt", into_file("python3", "-u", str(script))),
            Rival("python3 lines.py > output.txt", into_file("python3", str(script))),
        ]
        compare("run: a script that prints 1,000,000 lines", rivals, options.rounds)

    return run


# Windows


@contextlib.contextmanager
def screen():
    """A virtual screen and a session bus, both our own."""
    read, write = os.pipe()
    words = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(words, pass_fds=[write], stderr=subprocess.DEVNULL)
    bus = None
    try:
        os.environ["DISPLAY"] = ":" + os.read(read, 16).decode().strip()
        os.environ.pop("WAYLAND_DISPLAY", None)
        if shutil.which("dbus-daemon"):
            words = ["dbus-daemon", "--session", "--nofork", "--print-address"]
            bus = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
            os.environ["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        yield
    finally:
        for process in filter(None, (bus, server)):
            process.terminate()
            process.wait()


def shown(*words):
    """Runs a program until the screen shows a window of some size; no window manager is between."""

    def run():
        x11 = ctypes.CDLL(ctypes.util.find_library("X11"))
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XDefaultRootWindow.restype = ctypes.c_ulong
        display = ctypes.c_void_p(x11.XOpenDisplay(None))
        root = ctypes.c_ulong(x11.XDefaultRootWindow(display))
        substructure_notify, map_notify = ctypes.c_long(1 << 19), 19
        x11.XSelectInput(display, root, substructure_notify)
        x11.XSync(display, 0)
        event = (ctypes.c_long * 24)()
        begin = time.perf_counter()
        child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while True:
            if not x11.XPending(display):
                if child.poll() is not None or time.perf_counter() - begin > 60:
                    sys.exit(f"{words[0]} showed no window")
                time.sleep(0.0005)
                continue
            x11.XNextEvent(display, event)
            # XMapEvent: type, serial, send_event, display, event, window, override_redirect
            if event[0] & 0xFFFFFFFF == map_notify and width_of(x11, display, event[5]) > 300:
                break
        wall = time.perf_counter() - begin
        child.terminate()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        x11.XCloseDisplay(display)
        return wall, usage.ru_utime + usage.ru_stime

    return run


def width_of(x11, display, window):
    root, numbers = ctypes.c_ulong(), [ctypes.c_int() for _ in range(6)]
    places = [ctypes.byref(number) for number in numbers]
    x11.XGetGeometry(display, ctypes.c_ulong(window), ctypes.byref(root), *places)
    return numbers[2].value


PARTS = {
    "list": bench_list,
    "million": bench_million,
    "remove": bench_remove,
    "copy": bench_copy,
    "start": bench_start,
    "run": bench_run,
}


def main():
    if sys.argv[1:2] == ["_python_loop"]:
        print(python_loop(sys.argv[2])[1])
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="+", choices=[*PARTS, "all"], metavar="PART")
    target = os.environ.get("CARGO_TARGET_DIR") or HERE.parent.parent / "target"
    program = Path(target) / "release" / "eyproject-sessions"
    parser.add_argument("--program", default=str(program), help="the program [%(default)s]")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each, at least 5 for figures")
    parser.add_argument("--where", type=Path, default=Path(tempfile.gettempdir()), help="[%(default)s]")
    parser.add_argument(
        "--memory", dest="where", action="store_const", const=Path("/dev/shm"), help="in /dev/shm"
    )
    options = parser.parse_args()
    if not os.access(options.program, os.X_OK):
        parser.error(f"{options.program} is not there: cargo build --release, or --program PATH")
    parts = list(PARTS) if "all" in options.parts else options.parts
    print(f"{options.program}, {os.cpu_count()} processors, {options.where}, {options.rounds} rounds")
    with tempfile.TemporaryDirectory(dir=options.where, prefix="compare-") as room:
        for part in parts:
            place = Path(room) / part
            place.mkdir()
            PARTS[part](options, place)()
            subprocess.run(["rm", "-rf", str(place)], check=True)


if __name__ == "__main__":
    main()
