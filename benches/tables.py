#!/usr/bin/env python3
"""Compares the conversion of data files with what one would use instead, alternating in one run.

    cargo build --release --no-default-features --example convert
    python3 benches/tables.py target/release/examples/convert DIRECTORY [runs] [rows]

DIRECTORY takes the data (416 MB of CSV, a workbook of 200,000 rows) and is kept for the next run.
Needs sqlite3; pandas and openpyxl for the rows that name them, which are left out otherwise. Prints
the medians of each: time, ratio to ours, processor time (which other work on the machine disturbs
less), and peak memory.
"""

import importlib.util
import os
import random
import statistics
import subprocess
import sys
import time

CONVERT, WHERE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
RUNS = int(sys.argv[3]) if len(sys.argv) > 3 else 5
ROWS = int(sys.argv[4]) if len(sys.argv) > 4 else 5_000_000
CSV, XLSX, DB = (os.path.join(WHERE, name) for name in (f"orders_{ROWS}.csv", "book.xlsx", "out.db"))
HEADER = ["id", "customer", "price", "quantity", "city", "ordered_at", "weight", "note"]
CITIES = ["Köln", "Berlin", "Paris", "New York", "São Paulo", "Tokyo", "Mönchengladbach"]


def row(i, r):
    return [
        i, f"customer {r.randrange(100_000)}", r.randrange(1, 1_000_000) / 100, r.randrange(100),
        r.choice(CITIES), f"2025-{i % 12 + 1:02}-{i % 28 + 1:02} {i % 24:02}:{i % 60:02}:00",
        round(r.random() * 1000, 4), "" if i % 5 == 0 else f"note no. {r.randrange(10**7)}, urgent",
    ]


def make_csv():
    if os.path.exists(CSV):
        return
    r = random.Random(1)
    with open(CSV + ".new", "w", encoding="utf-8") as out:
        out.write(",".join(HEADER) + "\n")
        for i in range(ROWS):
            *fields, note = row(i, r)
            out.write(",".join(map(str, fields)) + (f',"{note}"\n' if note else ",\n"))
    os.rename(CSV + ".new", CSV)


def make_xlsx():
    if os.path.exists(XLSX):
        return
    import openpyxl

    r, book = random.Random(2), openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("data")
    sheet.append(HEADER + ["a", "b"])
    for i in range(200_000):
        sheet.append(row(i, r) + [r.random(), r.randrange(10)])
    book.save(XLSX)


def pandas_csv():
    code = "import pandas, sqlite3, sys; pandas.read_csv(sys.argv[1]).to_sql('t', sqlite3.connect(sys.argv[2]), index=False)"
    return [sys.executable, "-c", code, CSV, DB]


def pandas_xlsx():
    code = "import pandas, sqlite3, sys; pandas.read_excel(sys.argv[1]).to_sql('t', sqlite3.connect(sys.argv[2]), index=False)"
    return [sys.executable, "-c", code, XLSX, DB]


def sqlite_import():
    return ["sqlite3", DB, ".mode csv", f".import {CSV} t"]


def warm(path):
    with open(path, "rb") as file:
        while file.read(1 << 20):
            pass


def measure(command):
    for suffix in ("", "-wal", "-shm", "-journal"):
        if os.path.exists(DB + suffix):
            os.remove(DB + suffix)
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        sys.exit(f"{command[0]} failed")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(title, commands):
    results = {name: [] for name, _ in commands}
    for _ in range(RUNS):
        for name, command in commands:
            results[name].append(measure(command))
    ours = statistics.median(seconds for seconds, _, _ in results[commands[0][0]])
    print(f"\n{title}, {RUNS} runs each, alternating")
    for name, _ in commands:
        seconds, cpu, memory = (statistics.median(column) for column in zip(*results[name]))
        print(f"  {name:28} {seconds:7.2f} s  {seconds / ours:5.2f} ×  {cpu:6.2f} s CPU  {memory:6.0f} MB")


def main():
    os.makedirs(WHERE, exist_ok=True)
    pandas = importlib.util.find_spec("pandas") is not None
    make_csv()
    warm(CSV)
    csv = [("convert", [CONVERT, DB, CSV]), ("sqlite3 .import (no types)", sqlite_import())]
    if pandas:
        csv.append(("pandas read_csv, to_sql", pandas_csv()))
    compare(f"CSV, {ROWS} × 8, {os.path.getsize(CSV) / 1e6:.0f} MB", csv)
    if pandas and importlib.util.find_spec("openpyxl"):
        make_xlsx()
        compare("xlsx, 200000 × 10", [("convert", [CONVERT, DB, XLSX]), ("pandas read_excel, to_sql", pandas_xlsx())])
    os.remove(DB)


if __name__ == "__main__":
    main()
