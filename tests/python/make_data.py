"""Write the data files of the test session: those that are not kept as text.

    python make_data.py SESSION
"""

import random
import sys
from datetime import datetime
from pathlib import Path

import openpyxl


def workbook(path, sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    book.save(path)


def main():
    data = Path(sys.argv[1]) / "data"
    day = datetime(2024, 1, 31)
    workbook(data / "budget.xlsx", {
        "Plan": [["team", "month", "amount", "approved"], ["red", day, 1200, True],
                 ["blue", datetime(2024, 2, 29), 850.5, False], ["green", None, None, None],
                 ["red", datetime(2024, 3, 31, 12, 30), 40, True]],
        "Actual": [["team", "amount"], ["red", 1100.25], ["blue", 900], ["NA", 3]],
        "Codes": [["code", "", "code", " label "], ["007", 1, "a", "x"], ["010", 2, "b", "y"]],
    })
    workbook(data / "odd.xlsx", {
        "Mixed": [["value"], [1], ["two"], [3.5]],
        "Years": [["name", 2023, 2024], ["a", 1, 2], ["b", 3, 4]],
    })
    (data / "kunden.csv").write_bytes(
        "Kunde;Straße;Umsatz\nMüller;Hauptstraße 1;120,50\nJosé;Calle 7;99,00\n".encode("latin-1"))
    (data / "euro.csv").write_bytes("item,price\ntea,5 €\ncake,7 €\n".encode("cp1252"))
    (data / "wide.csv").write_bytes("name,n\nŁódź,1\nÅbo,2\n".encode("utf-16"))
    (data / "bom.csv").write_bytes("\ufeffid,name\n1,ä\n2,ö\n".encode())
    (data / "crlf.csv").write_bytes(b'id,note\r\n1,"two\r\nlines"\r\n2,"say ""hi"""\r\n\r\n3,\r\n')
    rng = random.Random(7)
    with (data / "floats.csv").open("w") as file:
        print("a,b,c", file=file)
        for _ in range(3000):
            print(f"{rng.random() * 10 ** rng.randint(-4, 6):.{rng.randint(1, 8)}f}", f"{rng.gauss(0, 1):.9f}",
                  rng.randint(-10**12, 10**12), sep=",", file=file)
    with (data / "long.csv").open("w") as file:
        print("n,code,mixed", file=file)
        for n in range(270_000):
            print(n, f"{n % 1000:05d}", n if n < 262_144 else f"x{n}", sep=",", file=file)


if __name__ == "__main__":
    main()
