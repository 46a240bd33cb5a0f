"""Compare the helper with pandas on random files and random arguments.

    python fuzz.py [ROUNDS [SEED]]

Each round writes a delimited file, makes its table with ``load.py``, and reads both.
Files that the rewriter leaves alone (numbers that lose their spelling, rows with too
many fields, no header) are passed over.  Stops at the first difference.
"""

import importlib.util
import os
import random
import sqlite3
import sys
import tempfile
import warnings
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]
import load  # noqa: E402

VALUES = [
    "", "", "0", "1", "-7", "601", "00601", "+4", "1e5", "2.5E-3", "1.5", "-3.25", "0.1", "123456.789", "5.0",
    "9223372036854775807", "9223372036854775808", "-9223372036854775809", "99999999999999999999", "1_000", "NA",
    "N/A", "null", "NaN", "nan", "None", "inf", "-inf", "True", "False", "true", "FALSE", "yes", "2024-01-31",
    "31/01/2024", "2024-01-31 10:00:00", "text", " padded ", "a,b", 'say "hi"', "two\nlines", "ä€", "'", "#", "-",
    "1,5", "12:30", "0x1F", "1 000", ".5", "5.", "0.000012", "1e-07", "\t", "é\u0301", "=1+1",
]
LABELS = ["a", "b", "c", "", " x ", "a", "a.1", "select", "rowid", "Ünï", "1", "2.5", "x y", 'q"q']


def pure(rng):
    """Return a function that makes the values of one column."""
    kind = rng.randrange(6)
    if kind == 0:
        return lambda: str(rng.randint(-1000, 1000))
    if kind == 1:
        return lambda: repr(round(rng.uniform(-1e6, 1e6), rng.randint(1, 8)))
    if kind == 2:
        return lambda: rng.choice(["True", "False"])
    if kind == 3:
        return lambda: f"20{rng.randint(10, 30)}-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}"
    if kind == 4:
        return lambda: rng.choice(["", str(rng.randint(0, 99))])
    few = rng.sample(VALUES, rng.randint(1, 5))
    return lambda: rng.choice(few)


def field(text, delimiter):
    if text[:1] == '"' or any(c in text for c in (delimiter, '"', "\n", "\r")):
        return '"%s"' % text.replace('"', '""')
    return text


def arguments(rng, labels):
    some = {}
    if rng.random() < 0.3:
        some["index_col"] = rng.choice([0, len(labels) - 1, False, labels[0] or 0])
    if rng.random() < 0.3:
        some["usecols"] = sorted(rng.sample(range(len(labels)), rng.randint(1, len(labels))))
    if rng.random() < 0.3:
        some["nrows"] = rng.randint(0, 30)
    if rng.random() < 0.3:
        some["dtype"] = rng.choice([str, object, "string", {labels[-1]: str}, {labels[0]: "category"}])
    if rng.random() < 0.3:
        some["parse_dates"] = rng.choice([True, [0], [labels[-1]]])
    if rng.random() < 0.2:
        some["names"] = [f"n{n}" for n in range(len(labels) + rng.choice([0, 0, 0, -1, 1]))]
        if rng.random() < 0.5:
            some["header"] = 0
    if rng.random() < 0.2:
        some["low_memory"] = False
    return some


def outcome(read):
    try:
        return read()
    except Exception as error:  # noqa: BLE001  errors have to be the same, too
        return type(error).__name__


def same(ours, theirs):
    """Return whether both are the same error, or frames with the same types and values."""
    if isinstance(ours, str) or isinstance(theirs, str):
        return isinstance(ours, str) and isinstance(theirs, str) and ours == theirs
    pd.testing.assert_frame_equal(ours, theirs, check_exact=True)
    types = [[[type(value) for value in frame.iloc[:, n]] for n in range(frame.shape[1])] for frame in (ours, theirs)]
    return types[0] == types[1]


def one_round(rng, helper, folder):
    delimiter = rng.choice(",,,;\t|")
    labels = [rng.choice(LABELS) for _ in range(rng.randint(1, 6))]
    makers = [pure(rng) for _ in labels]
    rows = [[make() for make in makers] for _ in range(rng.randint(0, 60))]
    newline = rng.choice(["\n", "\r\n"])
    lines = [delimiter.join(field(cell, delimiter) for cell in row) for row in [labels, *rows]]
    path = folder / "data.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(newline.join(lines) + newline)
    (folder / "project_data.db").unlink(missing_ok=True)
    database = sqlite3.connect(folder / "project_data.db")
    try:
        found = load.delimited(path, database, "data")
        database.commit()
    finally:
        database.close()
    table = found["table"]
    lossy = any(column["lossy"] for column in table["columns"])
    if table["differs"] or not table["header"] or found["delimiter"] != delimiter:
        return False
    given = arguments(rng, labels)
    if lossy and {"dtype", "parse_dates", "names"} & set(given):
        return False
    changed = any(column["name"] != column["label"] for column in table["columns"])
    columns = [column["label"] for column in table["columns"]] if changed else None
    theirs = outcome(lambda: pd.read_csv(path, sep=delimiter, **given))
    ours = outcome(lambda: helper.read_csv("data", columns=columns, **given))
    try:
        assert same(ours, theirs)
    except AssertionError:
        print(path.read_text(encoding="utf-8"), given, ours, theirs, sep="\n")
        raise
    return True


def main():
    given = [int(number) for number in sys.argv[1:]]
    rounds, seed = given + [1000, 1][len(given):]
    warnings.simplefilter("ignore")
    place = HERE.parent.parent / "assets" / "eyproject_sql.py"
    spec = importlib.util.spec_from_file_location("eyproject_sql", place)
    helper = importlib.util.module_from_spec(spec)
    sys.modules["eyproject_sql"] = helper
    spec.loader.exec_module(helper)
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["EYPROJECT_DB"] = str(Path(folder) / "project_data.db")
        compared = sum(one_round(rng, helper, Path(folder)) for _ in range(rounds))
    print(f"{compared} of {rounds} files compared, all the same")


if __name__ == "__main__":
    main()
