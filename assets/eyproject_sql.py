"""Read the tables of an EYProject session as pandas reads the files they were made from.

EYProject puts this module beside scripts whose data files it has converted into
tables of the session's database, ``project_data.db``.  There,

    df = eyproject_sql.read_csv("orders", index_col="id")

gives the data frame that ``pd.read_csv("orders.csv", index_col="id")`` gave.  The
script as it was is beside it with the ending ``.orig``.

SQL and pandas disagree about types: a column of digits with gaps is whole numbers
to one and floating point to the other, and so on for booleans, dates, ``NA`` and
empty columns.  So nothing is translated here.  The rows go back to pandas in the
form in which the file had them, and pandas infers the types as it always does.
That costs time for large tables, and gives the same result whatever pandas is used.

A file that was written to since the session was made is read itself: its table is what
it was before.

The database is the one that the environment variable ``EYPROJECT_DB`` names, or else
the first ``project_data.db`` in the folder of this module or in one above it.
"""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

__all__ = ["read_csv", "read_excel", "read_json", "read_table", "sheet"]

DATABASE = "project_data.db"
VARIABLE = "EYPROJECT_DB"
MANIFEST = ".session.json"

# Arguments that pandas applies to the rows, whichever way they come.
_ROWS = {"usecols", "index_col", "dtype", "parse_dates", "date_format", "nrows", "names", "header"}
# Arguments that say how the file was written.  The table needs none of them; they are
# accepted so that a call keeps what its author wrote.
_FILE = {"sep", "delimiter", "encoding", "engine"}


def read_csv(table, *, columns=None, **arguments):
    """Return the table as ``pd.read_csv`` returns the file it was made from.

    ``columns`` are the names in the file's first line, where the table has others.
    """
    _check("read_csv", arguments, _ROWS | _FILE | {"low_memory", "dayfirst"})
    changed = _changed([table])
    if changed:
        return pd.read_csv(changed, **arguments)
    passed_on = {name: value for name, value in arguments.items() if name not in _FILE}
    with closing(_connect()) as database:
        names, rows = _rows(database, table)
        return pd.read_csv(_CsvStream(columns or names, rows), **passed_on)


def read_table(table, *, columns=None, **arguments):
    """Return the table as ``pd.read_table`` returns the file it was made from."""
    changed = _changed([table])
    if changed:
        return pd.read_table(changed, **arguments)
    return read_csv(table, columns=columns, **arguments)


def read_json(table, *, columns=None, booleans=(), nested=(), **arguments):
    """Return the table as ``pd.read_json`` returns the file it was made from.

    ``booleans`` and ``nested`` name the columns that held true and false, and those
    that held arrays and objects.
    """
    _check("read_json", arguments, {"orient", "lines", "dtype", "convert_dates", "nrows", "encoding"})
    changed = _changed([table])
    if changed:
        return pd.read_json(changed, **arguments)
    with closing(_connect()) as database:
        names, rows = _rows(database, table)
        keys = [json.dumps(label) for label in columns or names]
        encoders = [_json_encoder(name, booleans, nested) for name in names]
        objects = [
            "{%s}" % ", ".join(f"{key}: {encode(value)}" for key, encode, value in zip(keys, encoders, row))
            for row in rows
        ]
    text = "\n".join(objects) if arguments.get("lines") else "[%s]" % ", ".join(objects)
    return pd.read_json(io.StringIO(text), **arguments)


@dataclass(frozen=True)
class sheet:
    """One sheet of a workbook: its table, and what the table itself does not tell.

    ``columns`` are the names in the sheet's first row, where the table has others;
    ``dates`` and ``booleans`` name the columns whose cells were dates, or true and false.
    """

    table: str
    columns: tuple | list | None = None
    dates: tuple | list = ()
    booleans: tuple | list = ()


def read_excel(sheets, sheet_name=0, **arguments):
    """Return the sheets as ``pd.read_excel`` returns those of the workbook.

    ``sheets`` gives the table or ``sheet(...)`` for each sheet, by its name, in the
    order of the workbook, or by the number with which ``sheet_name`` asks for it.
    """
    allowed = _ROWS | {"engine"}
    _check("read_excel", arguments, allowed)
    parts = [part if isinstance(part, sheet) else sheet(part) for part in sheets.values()]
    changed = _changed([part.table for part in parts])
    if changed:
        return pd.read_excel(changed, sheet_name=sheet_name, **arguments)
    passed_on = {name: value for name, value in arguments.items() if name != "engine"}
    if sheet_name is None:
        wanted = list(sheets)
    elif isinstance(sheet_name, list):
        wanted = list(dict.fromkeys(sheet_name))
    else:
        return _read_sheet(_find(sheets, sheet_name), **passed_on)
    return {name: _read_sheet(_find(sheets, name), **passed_on) for name in wanted}


def _find(sheets, name):
    if name in sheets:
        found = sheets[name]
    elif isinstance(name, int) and 0 <= name < len(sheets):
        found = list(sheets.values())[name]
    else:
        raise ValueError(f"Worksheet named {name!r} not found")
    return found if isinstance(found, sheet) else sheet(found)


def _read_sheet(part, *, header=0, usecols=None, nrows=None, **arguments):
    # What pd.read_excel does with the cells once its engine has read them.
    from pandas.io.parsers import TextParser

    with closing(_connect()) as database:
        names, rows = _rows(database, part.table)
        cells = [_cell_decoder(name, part) for name in names]
        data = [list(part.columns or names)]
        data += [[decode(value) for decode, value in zip(cells, row)] for row in rows]
    if isinstance(usecols, str):
        usecols = _excel_columns(usecols)
    parser = TextParser(
        data, header=header, usecols=usecols, nrows=nrows, skip_blank_lines=False, **arguments
    )
    return parser.read(nrows=nrows)


def _cell_decoder(name, part):
    if name in part.dates:
        return lambda text: "" if text is None else datetime.fromisoformat(text)
    if name in part.booleans:
        return lambda value: "" if value is None else _truth(value)
    return _cell


def _cell(value):
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _excel_columns(letters):
    """Return the positions that ``"A,C:E"`` stands for."""
    positions = []
    for part in letters.split(","):
        ends = [_excel_position(end) for end in part.split(":")]
        positions += range(ends[0], ends[-1] + 1)
    return positions


def _excel_position(letters):
    position = 0
    for letter in letters.upper().strip():
        if not "A" <= letter <= "Z":
            raise ValueError(f"Invalid column name: {letters}")
        position = position * 26 + ord(letter) - ord("A") + 1
    return position - 1


def _json_encoder(name, booleans, nested):
    if name in booleans:
        return lambda value: "null" if value is None else ("true" if _truth(value) else "false")
    if name in nested:
        return lambda text: "null" if text is None else text
    return lambda value: json.dumps(value, ensure_ascii=False)


def _truth(value):
    return str(value).lower() in ("1", "true")


class _CsvStream(io.TextIOBase):
    """Rows as comma-separated text, written only as far as they are read."""

    _BATCH = 2000

    def __init__(self, header, rows):
        self._rows = rows
        self._ready = io.StringIO(newline="")
        self._writer = csv.writer(self._ready)
        self._writer.writerow(header)
        self._ready.seek(0)
        self._ended = False

    def readable(self):
        return True

    def read(self, size=-1):
        parts, missing = [], size
        while size < 0 or missing > 0:
            part = self._ready.read(missing if size >= 0 else -1)
            if part:
                parts.append(part)
                missing -= len(part)
            elif self._ended:
                break
            else:
                self._refill()
        return "".join(parts)

    def _refill(self):
        batch = self._rows.fetchmany(self._BATCH)
        self._ended = not batch
        self._ready.seek(0)
        self._ready.truncate()
        # The writer gives floats the fewest digits that stand for them, and an empty
        # field alone in its line the quotes that keep the line from being skipped.
        self._writer.writerows(batch)
        self._ready.seek(0)


def _rows(database, table):
    """Return the names of the table's columns and a cursor over its rows, in the file's order."""
    names = [row[1] for row in database.execute(f"PRAGMA table_info({_quote(table)})")]
    if not names:
        found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        tables = ", ".join(name for (name,) in found) or "none"
        raise LookupError(f"{_database()} has no table {table!r}; its tables: {tables}")
    taken = {name.lower() for name in names}
    row_id = next((name for name in ("rowid", "_rowid_", "oid") if name not in taken), None)
    order = f" ORDER BY {row_id}" if row_id else ""
    columns = ", ".join(map(_quote, names))
    return names, database.execute(f"SELECT {columns} FROM {_quote(table)}{order}")


def _quote(name):
    return '"%s"' % name.replace('"', '""')


def _connect():
    return sqlite3.connect(f"{_database().as_uri()}?mode=ro", uri=True)


def _database():
    named = os.environ.get(VARIABLE)
    if named:
        database = Path(named).absolute()
        if not database.is_file():
            raise FileNotFoundError(f"There is no database {database}, which {VARIABLE} names")
        return database
    here = Path(__file__).resolve().parent
    for folder in (here, *here.parents):
        database = folder / DATABASE
        if database.is_file():
            return database
    raise FileNotFoundError(
        f"There is no {DATABASE} in {here} or in a folder above it; set {VARIABLE} to its path"
    )


def _changed(tables):
    """Return the path of the file that the tables were made from if it has changed since, or None."""
    session = _database().parent
    try:
        manifest = json.loads((session / MANIFEST).read_bytes())
        made = manifest["sequence"] / 1e6  # microseconds since 1970
        source = next(each["source"] for each in manifest["tables"] if each["name"] in tables)
        file = session / source
        state = file.stat()
    except (OSError, ValueError, LookupError, TypeError, StopIteration):
        return None
    if os.name == "posix":
        # Nobody can set it back, as copies and archives do with the time of writing.
        changed = state.st_ctime
    else:
        changed = state.st_mtime if state.st_mtime <= time.time() else 0
    return file if changed > made else None


def _check(function, arguments, allowed):
    for name in arguments:
        if name not in allowed:
            raise TypeError(
                f"eyproject_sql.{function} can't honour {name!r} from a table; "
                f"read the file itself with pandas.{function} instead"
            )
