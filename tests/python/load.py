"""Make the tables of a test session, by the rules that the converter follows.

    python load.py SESSION

Converts the data files below SESSION into SESSION/project_data.db and prints what they
became as JSON, in the shape of ``TableIndex``.  Only for tests of rewritten scripts:
slow, and trusting.
"""

import csv
import json
import re
import sqlite3
import sys
from datetime import datetime
from pathlib import Path

INTEGER = re.compile(r"-?(0|[1-9]\d*)\Z")
DECIMAL = re.compile(r"-?(0|[1-9]\d*)?\.\d*\Z")


def classify(text):
    """Return the SQL type of a field and whether the stored value keeps its text."""
    bare = text.strip(" \t")
    if INTEGER.match(bare) and bare != "-0" and -(2**63) <= int(bare) < 2**63:
        return "INTEGER", bare == text
    if DECIMAL.match(bare) and any(c.isdigit() for c in bare):
        digits = re.sub(r"\D", "", bare)
        if len(digits.lstrip("0")) <= 15 and len(digits) <= 17 and float(bare) != 0 or bare == "0.0":
            return "REAL", repr(float(bare)) == text
    return "TEXT", True


def delimited(path, database, table):
    raw = path.read_bytes()
    encoding = "utf-8-sig"
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    else:
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            encoding = "windows-1252"
    text = raw.decode(encoding)
    first = text.splitlines()[0]
    delimiter = max(",;\t|", key=first.count)
    lines = [row for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter) if row]
    header, rows = lines[0], lines[1:]
    labelled = not all(classify(cell)[0] != "TEXT" for cell in header if cell)
    if not labelled:
        rows, header = lines, [f"column_{n + 1}" for n in range(len(header))]
    width = len(header)
    ragged = any(len(row) > width for row in rows)
    columns = []
    for place, (name, label) in enumerate(zip(names(header), header)):
        kinds = [classify(row[place]) for row in rows if place < len(row) and row[place]]
        sql = "TEXT" if not kinds else max((kind for kind, _ in kinds), key=["INTEGER", "REAL", "TEXT"].index)
        if sql == "REAL" and any(INTEGER.match(row[place]) for row in rows if place < len(row)):
            kept = False
        else:
            kept = all(kept for _, kept in kinds)
        columns.append(column(name, label, sql, "Text", sql != "TEXT" and not kept))
    convert = {"INTEGER": int, "REAL": float, "TEXT": str}
    store(database, table, columns, (
        [convert[c["sql"]](cell) if cell else None for c, cell in zip(columns, row + [""] * (width - len(row)))]
        for row in rows
    ))
    high = [byte for byte in raw if byte > 0x7F]
    return {
        "kind": "delimited",
        "delimiter": delimiter,
        "encoding": {
            "name": encoding.replace("-sig", ""),
            "ascii": not high,
            "c1": any(byte <= 0x9F for byte in high),
        },
        "table": described(table, columns, labelled, "has rows with too many fields" if ragged else None),
    }


def from_json(path, database, table):
    text = path.read_text(encoding="utf-8")
    lines = path.suffix == ".jsonl"
    objects = [json.loads(line) for line in text.splitlines() if line] if lines else json.loads(text)
    labels = list(dict.fromkeys(key for row in objects for key in row))
    absent = any(label not in row for row in objects for label in labels)
    columns = []
    for label in labels:
        values = [row[label] for row in objects if row.get(label) is not None]
        cells = kind_of(values)
        sql = "TEXT"
        if cells == "Boolean" or cells == "Number" and all(isinstance(v, int) for v in values):
            sql = "INTEGER"
        elif cells == "Number":
            sql = "REAL"
        columns.append(column(label, label, sql, cells, False))
    store(database, table, columns, (
        [json.dumps(row[c["label"]]) if c["cells"] == "Json" and row.get(c["label"]) is not None
         else row.get(c["label"]) for c in columns]
        for row in objects
    ) if not any(c["cells"] == "Mixed" for c in columns) else ())
    differs = "lacks keys that some objects have not" if absent else None
    return {"kind": "json", "lines": lines, "table": described(table, columns, True, differs)}


def workbook(path, database, table):
    import openpyxl

    sheets = []
    book = openpyxl.load_workbook(path, data_only=True)
    for page in book.worksheets:
        rows = [list(row) for row in page.iter_rows(values_only=True)]
        name = f"{table}_{page.title}"
        if not rows:
            sheets.append({"name": page.title, "table": None})
            continue
        header = ["" if cell is None else str(cell) for cell in rows[0]]
        columns = []
        for place, (column_name, label) in enumerate(zip(names(header), header)):
            values = [row[place] for row in rows[1:] if row[place] is not None]
            cells = kind_of(values)
            sql = "TEXT"
            if cells == "Boolean" or cells == "Number" and all(float(v).is_integer() for v in values):
                sql = "INTEGER"
            elif cells == "Number":
                sql = "REAL"
            columns.append(column(column_name, label, sql, cells, False))
        store(database, name, columns, (
            [value.isoformat(" ") if isinstance(value, datetime) else
             str(value) if c["cells"] == "Mixed" and value is not None else value
             for c, value in zip(columns, row)]
            for row in rows[1:]
        ))
        odd = None if all(isinstance(cell, (str, type(None))) for cell in rows[0]) else "names columns by numbers"
        sheets.append({"name": page.title, "table": described(name, columns, True, odd)})
    return {"kind": "workbook", "sheets": sheets}


def kind_of(values):
    kinds = {
        "Boolean" if isinstance(v, bool) else "Number" if isinstance(v, (int, float))
        else "Date" if isinstance(v, datetime) else "Json" if isinstance(v, (list, dict)) else "Text"
        for v in values
    }
    return kinds.pop() if len(kinds) == 1 else "Text" if not kinds else "Mixed"


def names(header):
    taken, result = set(), []
    for place, label in enumerate(header):
        base = name = label.strip() or f"column_{place + 1}"
        count = 2
        while name.lower() in taken:
            name, count = f"{base}_{count}", count + 1
        taken.add(name.lower())
        result.append(name)
    return result


def column(name, label, sql, cells, lossy):
    return {"name": name, "label": label, "sql": sql, "cells": cells, "lossy": lossy}


def described(name, columns, header, differs):
    return {"name": name, "header": header, "columns": columns, "differs": differs}


def quoted(name):
    return '"%s"' % name.replace('"', '""')


def store(database, table, columns, rows):
    fields = ", ".join(f"{quoted(c['name'])} {c['sql']}" for c in columns)
    database.execute(f"CREATE TABLE {quoted(table)} ({fields})")
    marks = ", ".join("?" * len(columns))
    database.executemany(f"INSERT INTO {quoted(table)} VALUES ({marks})", rows)


def main():
    session = Path(sys.argv[1])
    readers = {".csv": delimited, ".tsv": delimited, ".txt": delimited,
               ".json": from_json, ".jsonl": from_json, ".xlsx": workbook}
    index = {}
    database = sqlite3.connect(session / "project_data.db")
    for path in sorted(session.rglob("*")):
        if path.suffix in readers:
            table = re.sub(r"\W", "_", path.stem)
            index[path.relative_to(session).as_posix()] = readers[path.suffix](path, database, table)
    database.commit()
    database.close()
    json.dump(index, sys.stdout)


if __name__ == "__main__":
    main()
