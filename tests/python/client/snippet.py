"""Runs the backend of README.md by FastAPI's own test client. Run by tests/it/python_client.rs."""

import os
import re
import sys
from pathlib import Path

sys.path.insert(0, os.environ["CLIENT_DIR"])
from fastapi.testclient import TestClient  # noqa: E402

readme = Path(__file__).parents[3].joinpath("README.md").read_text()
snippet = re.search(r"## From Python.*?```python\n(.*?)```", readme, re.S).group(1)
lines = [line for line in snippet.splitlines() if line.strip()]
assert len(lines) <= 10, f"the README promises ten lines: {len(lines)}"
backend: dict = {}
exec(compile(snippet, "README.md", "exec"), backend)
client = TestClient(backend["app"])

made = []
for content in ("n\n1\n", "n\n2\n"):
    answer = client.post("/upload", files={"file": ("numbers.csv", content)})
    assert answer.status_code == 200, answer.text
    assert answer.json()["sql_conversion"]["converted_tables"] == ["numbers"], answer.text
    made.append(answer.json()["session_id"])

info = client.get("/session/info").json()
assert info["current_session_id"] == made[1], info
assert [s["session_id"] for s in info["all_sessions"]] == made[::-1], info

answer = client.delete(f"/session/{made[1]}")
assert answer.status_code == 409 and "current" in answer.json()["detail"], answer.text
answer = client.delete(f"/session/{made[0]}")
assert answer.status_code == 200 and answer.json()["session_id"] == made[0], answer.text
assert client.delete(f"/session/{made[0]}").status_code == 404
assert client.delete("/session/session_x").status_code == 400
answer = client.post("/upload", files={"file": ("broken.zip", b"PK\x03\x04 no archive")})
assert answer.status_code == 400 and "broken.zip" in answer.json()["detail"], answer.text
