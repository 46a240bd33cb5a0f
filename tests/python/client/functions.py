"""Every function of eyproject_sessions.py and every exception, against the program or, where
EYPROJECT_SESSIONS_URL names it, against a server. Run by tests/it/python_client.rs, on a base of its own."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
import zipfile
from datetime import datetime
from pathlib import Path

sys.path.insert(0, os.environ["CLIENT_DIR"])
import eyproject_sessions as sessions  # noqa: E402

SERVED = "EYPROJECT_SESSIONS_URL" in os.environ


def program(*words):
    return subprocess.run([os.environ["EYPROJECT_SESSIONS_BIN"], *words], check=True, capture_output=True)


class Environment:
    """Other values of environment variables for a while."""

    def __init__(self, **values):
        self.values = values

    def __enter__(self):
        self.before = {name: os.environ.get(name) for name in self.values}
        self.set(self.values)

    def __exit__(self, *_):
        self.set(self.before)

    def set(self, values):
        for name, value in values.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class Functions(unittest.TestCase):
    def setUp(self):
        room = tempfile.TemporaryDirectory()
        self.addCleanup(room.cleanup)
        self.room = Path(room.name)
        sessions.cleanup_old_sessions(0)

    def test_a_new_session_is_the_current_one(self):
        made = sessions.create_session_temp_dir()
        self.assertTrue(Path(made, ".session.json").is_file())
        self.assertEqual(sessions.get_current_session_dir(), made)
        info = sessions.session_info()
        self.assertEqual(info["current_session_dir"], made)
        self.assertEqual(info["eyproject_temp_base"], str(Path(made).parent))
        newest = info["all_sessions"][0]
        self.assertEqual(newest["session_id"], info["current_session_id"])
        self.assertTrue(newest["is_current"])
        self.assertIsNone(datetime.fromisoformat(newest["creation_time"]).tzinfo)
        self.assertGreater(newest["size_bytes"], 0)
        self.assertEqual(sessions.list_sessions(), info["all_sessions"])

    def test_cleanup_says_what_went_and_keeps_what_is_protected(self):
        made = [Path(sessions.create_session_temp_dir()).name for _ in range(4)]
        program("pin", made[0])
        program("use", made[1])
        gone = sessions.cleanup_old_sessions(max_sessions=2)
        self.assertEqual([i for i in gone if i in made], [made[2]])
        left = {s["session_id"]: s for s in sessions.list_sessions()}
        self.assertEqual(set(left), {made[0], made[1], made[3]})
        self.assertTrue(left[made[0]]["pinned"])
        self.assertEqual(sessions.cleanup_old_sessions(), [])
        program("unpin", made[0])
        for wrong in (-1, True, "5", 1.5):
            with self.assertRaises(ValueError):
                sessions.cleanup_old_sessions(wrong)

    def test_an_open_file_under_the_last_part_of_its_name(self):
        for name, stored in (("data.csv", "data.csv"), ("C:\\x\\b.csv", "b.csv"), ("../up.csv", "up.csv")):
            with tempfile.TemporaryFile() as file:
                file.write(b"n\n1\n")
                file.seek(0)
                made = sessions.upload_file(file, name)
            self.assertIn(stored, made["files"])
            self.assertEqual(made["sql_conversion"]["total_tables"], 1)
        for name in (None, "", ".."):
            with tempfile.TemporaryFile() as file:
                self.assertIn("upload", sessions.upload_file(file, name)["files"])
        with tempfile.TemporaryFile() as file, self.assertRaises(sessions.Refused) as raised:
            sessions.upload_file(file, "x" * 300)
        self.assertEqual(raised.exception.status, 400)

    def test_delete(self):
        old, current = (Path(sessions.create_session_temp_dir()).name for _ in range(2))
        self.assertEqual(sessions.delete_session(old), {"message": f"deleted {old}", "session_id": old})
        with self.assertRaises(sessions.SessionNotFound) as raised:
            sessions.delete_session(old)
        self.assertEqual(raised.exception.status, 404)
        self.assertIn(old, raised.exception.reason)
        with self.assertRaises(sessions.SessionProtected) as raised:
            sessions.delete_session(current)
        self.assertEqual(raised.exception.status, 409)
        self.assertIn("current", str(raised.exception))
        for wrong in ("", "..", "session_x", f"{old}/..", f"{old}\n", f"{old} ", "--keep", None):
            with self.assertRaises(sessions.InvalidSessionId) as raised:
                sessions.delete_session(wrong)
            self.assertEqual(raised.exception.status, 400)

    def test_upload_of_files_and_archives(self):
        table = self.room / "prices.csv"
        table.write_text("item,price\na,1\nb,2\n")
        odd = self.room / 'odd 100% ü\'; name=.txt'
        odd.write_text("x")
        packed = self.room / "project.zip"
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("code/model.py", "import pandas as pd\nprint(len(pd.read_csv('sales.csv')))\n")
            archive.writestr("code/sales.csv", "a\n1\n")
        done = sessions.upload([str(table), odd, packed])
        place = Path(done["temp_dir"])
        self.assertEqual(done["session_id"], place.name)
        self.assertEqual(sessions.get_current_session_dir(), str(place))
        self.assertEqual((place / odd.name).read_text(), "x")
        conversion = done["sql_conversion"]
        self.assertIn("prices", conversion["converted_tables"])
        self.assertEqual(conversion["total_tables"], len(conversion["converted_tables"]))
        self.assertEqual(len(conversion["python_files_updated"]), 1)
        self.assertEqual(done["session"]["session_id"], place.name)

    def test_upload_of_a_folder_keeps_its_structure(self):
        project = self.room / "project"
        (project / "a" / "b").mkdir(parents=True)
        (project / "a" / "b" / "deep.txt").write_text("deep")
        (project / "top.txt").write_text("top")
        (project / "empty.txt").touch()
        done = sessions.upload(project)
        place = Path(done["temp_dir"])
        self.assertEqual((place / "project/a/b/deep.txt").read_text(), "deep")
        self.assertEqual((place / "project/top.txt").read_text(), "top")
        self.assertEqual((place / "project/empty.txt").read_text(), "")

    @unittest.skipIf(os.name == "nt", "links and pipes as Unix has them")
    def test_links_out_of_a_folder_and_pipes_are_not_sent(self):
        project = self.room / "project"
        project.mkdir()
        (self.room / "secret.txt").write_text("secret")
        (project / "inside.txt").write_text("inside")
        (project / "copy.txt").symlink_to("inside.txt")
        (project / "out.txt").symlink_to("../secret.txt")
        (project / "out").symlink_to("..")
        os.mkfifo(project / "pipe")
        done = sessions.upload(project)
        place = Path(done["temp_dir"], "project")
        self.assertEqual(sorted(p.name for p in place.iterdir()), ["copy.txt", "inside.txt"])
        self.assertEqual((place / "copy.txt").read_text(), "inside")
        skipped = [s["file"] for s in done["skipped"] if s["reason"]]
        for name in ("out.txt", "out", "pipe"):
            self.assertTrue(any(s.endswith(f"project/{name}") for s in skipped), (name, skipped))

    def test_what_can_not_be_uploaded_leaves_nothing(self):
        before = [s["session_id"] for s in sessions.list_sessions()]
        broken = self.room / "broken.zip"
        broken.write_bytes(b"PK\x03\x04 no archive")
        for wrong in ([], [self.room / "missing"], [broken]):
            with self.assertRaises(sessions.Refused) as raised:
                sessions.upload(wrong)
            self.assertEqual(raised.exception.status, 400)
            self.assertTrue(raised.exception.reason)
        self.assertEqual([s["session_id"] for s in sessions.list_sessions()], before)

    def test_large_files_are_not_held_in_memory(self):
        import resource

        large = self.room / "large.bin"
        with large.open("wb") as file:
            file.truncate(300 << 20)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        done = sessions.upload(large)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        self.assertLess(grown, 64 << 10)
        self.assertEqual(Path(done["temp_dir"], "large.bin").stat().st_size, 300 << 20)


class Unreachable(unittest.TestCase):
    def test_a_program_that_is_not_there(self):
        with Environment(EYPROJECT_SESSIONS_URL=None, EYPROJECT_SESSIONS_BIN="/nowhere/eyproject-sessions"):
            with self.assertRaises(sessions.ProgramNotFound) as raised:
                sessions.list_sessions()
            self.assertIn("EYPROJECT_SESSIONS_BIN", raised.exception.reason)
        with Environment(EYPROJECT_SESSIONS_URL=None, EYPROJECT_SESSIONS_BIN=None, PATH=""):
            with self.assertRaises(sessions.ProgramNotFound) as raised:
                sessions.list_sessions()
            self.assertIn("PATH", raised.exception.reason)
        with Environment(EYPROJECT_SESSIONS_URL=None, EYPROJECT_SESSIONS_BIN=__file__):
            with self.assertRaises(sessions.ProgramNotFound):
                sessions.list_sessions()

    def test_the_program_is_found_on_the_path(self):
        folder = str(Path(os.environ["EYPROJECT_SESSIONS_BIN"]).parent)
        with Environment(EYPROJECT_SESSIONS_URL=None, EYPROJECT_SESSIONS_BIN=None, PATH=folder):
            sessions.list_sessions()

    def test_a_base_that_is_refused(self):
        with tempfile.NamedTemporaryFile() as file:
            with Environment(EYPROJECT_SESSIONS_URL=None, EYPROJECT_TEMP_BASE=file.name):
                for call in (sessions.create_session_temp_dir, sessions.get_current_session_dir):
                    with self.assertRaises(sessions.SessionError) as raised:
                        call()
                    self.assertIn(file.name, raised.exception.reason)

    def test_a_server_that_is_not_there(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with self.assertRaises(sessions.ServerUnreachable) as raised:
            sessions.session_info(url=url)
        self.assertIn(url, raised.exception.reason)
        for wrong in ("127.0.0.1:8001", "ftp://127.0.0.1", "http://", "http://h:99999"):
            with self.assertRaises(sessions.Refused):
                sessions.session_info(url=wrong)

    def test_what_other_servers_answer(self):
        answers = [
            ("200 OK", "no JSON", sessions.SessionError, 502),
            ("401 Unauthorized", '{"detail": "no token"}', sessions.NotAllowed, 401),
            ("429 Too Many Requests", '{"detail": "busy"}', sessions.Busy, 429),
            ("500 Internal Server Error", '{"detail": "broken"}', sessions.SessionError, 500),
            ("507 Insufficient Storage", '{"detail": "full"}', sessions.OutOfSpace, 507),
            ("302 Found", "", sessions.SessionError, 302),
            ("nonsense", "", sessions.ServerUnreachable, 502),
        ]
        with socket.create_server(("127.0.0.1", 0)) as server:
            seen = []

            def answer():
                for status, body, *_ in answers:
                    line, _ = server.accept()
                    with line:
                        seen.append(line.recv(65536).decode())
                        first = status if status == "nonsense" else f"HTTP/1.1 {status}"
                        text = f"{first}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
                        line.sendall(text.encode())

            thread = threading.Thread(target=answer, daemon=True)
            thread.start()
            url = f"http://127.0.0.1:{server.getsockname()[1]}/below/"
            with Environment(EYPROJECT_TOKEN="a-token-of-some-length"):
                for _, _, kind, status in answers:
                    with self.assertRaises(kind) as raised:
                        sessions.session_info(url=url)
                    self.assertEqual((type(raised.exception), raised.exception.status), (kind, status))
            thread.join(10)
        self.assertTrue(seen[0].startswith("GET /below/session/info HTTP/1.1\r\n"))
        self.assertIn("Authorization: Bearer a-token-of-some-length\r\n", seen[0])
        self.assertEqual(issubclass(sessions.SessionProtected, sessions.SessionError), True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
