"""The HTTP API asked with `requests`, as people's scripts do: python by_requests.py URL. Run by
tests/it/python_client.rs against a server on a base of its own."""

import io
import sys
import zipfile

import requests

URL = sys.argv[1]
PRICES = b"city,price\nBern,1.5\nK\xc3\xb6ln,2.5\n"

with requests.Session() as http:
    first = http.get(f"{URL}/session/info", timeout=20)
    first.raise_for_status()
    own = first.json()["current_session_id"]

    parts = [("file", ("prices.csv", PRICES, "text/csv")), ("file", ("docs/grüße.txt", b"hello"))]
    made = http.post(f"{URL}/upload", files=parts, timeout=60)
    assert made.status_code == 200, made.text
    made = made.json()
    assert made["sql_conversion"]["converted_tables"] == ["prices"], made
    session = f"{URL}/session/{made['session_id']}"
    assert http.get(f"{URL}/session/info", timeout=20).json()["current_session_id"] == made["session_id"]

    whole = http.get(f"{session}/files/prices.csv", timeout=20)
    assert whole.content == PRICES and whole.headers["X-Content-Type-Options"] == "nosniff"
    part = http.get(f"{session}/files/prices.csv", headers={"Range": "bytes=0-3"}, timeout=20)
    assert (part.status_code, part.content) == (206, b"city")
    assert http.get(f"{session}/files/docs/grüße.txt", timeout=20).content == b"hello"

    # A body of no known length comes in chunks.
    with http.get(f"{session}/archive.zip", stream=True, timeout=20) as packed:
        archive = zipfile.ZipFile(io.BytesIO(b"".join(packed.iter_content(1000))))
    assert archive.testzip() is None and archive.read("prices.csv") == PRICES

    assert http.get(f"{session}/files/none", timeout=20).status_code == 404
    assert http.get(f"{URL}/session/session_x", timeout=20).status_code == 400
    refused = http.delete(session, timeout=20)
    assert refused.status_code == 409 and "current" in refused.json()["detail"]
    assert http.delete(f"{URL}/session/{own}", timeout=20).json()["session_id"] == own
    assert http.get(f"{URL}/session/{own}", timeout=20).status_code == 404
