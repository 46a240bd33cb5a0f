"""Sessions of EYProject, for a Python backend.

One file, standard library only, Python 3.9 or newer. Put it beside your ``main.py``::

    from eyproject_sessions import create_session_temp_dir, get_current_session_dir

    session_dir = create_session_temp_dir()
    print(f"Session created: {session_dir}")

It decides nothing by itself: which session is current, which are in use and which go is known by the
program ``eyproject-sessions`` alone, so that a backend and the window can work on one base directory side
by side. The program is found by the environment variable ``EYPROJECT_SESSIONS_BIN``, beside this file, or
on ``PATH``. Given the address of a server (``url=...`` or ``EYPROJECT_SESSIONS_URL``), that one is asked
instead, with the token in ``EYPROJECT_TOKEN`` if there is one; paths in its answers are paths on its
computer.

What is refused or fails raises :class:`SessionError`, whose text says what was tried, why it failed and
what helps. Its ``status`` is what a backend answers over HTTP.
"""

from __future__ import annotations

import contextlib
import errno
import http.client
import json
import os
import re
import secrets
import shutil
import socket
import stat
import subprocess
import tempfile
from pathlib import Path
from typing import IO, Any, Dict, Iterable, Iterator, List, NamedTuple, NoReturn, Optional, Sequence, Tuple
from typing import TypedDict, Union, cast
from urllib.parse import quote, urlencode, urlsplit

__all__ = [
    "create_session_temp_dir", "get_current_session_dir", "cleanup_old_sessions", "list_sessions",
    "delete_session", "upload", "upload_file", "session_info", "Session", "SessionInfo", "Skipped", "Upload", "Deleted",
    "SessionError", "Refused", "InvalidSessionId", "SessionNotFound", "SessionProtected", "OutOfSpace",
    "Busy", "NotAllowed", "ProgramNotFound", "ServerUnreachable",
]

PathLike = Union[str, "os.PathLike[str]"]

_BIN = "EYPROJECT_SESSIONS_BIN"
_URL = "EYPROJECT_SESSIONS_URL"
_TOKEN = "EYPROJECT_TOKEN"
_NAME = "eyproject-sessions.exe" if os.name == "nt" else "eyproject-sessions"
_ID = re.compile(r"session_[0-9]{8}_[0-9]{6}")

_CONNECT_SECONDS = 10.0  # until a server takes a connection; its answer may take as long as its work
_PIECE = 1 << 20


class SessionError(Exception):
    """Something was refused or failed. ``reason`` says what, why, and what helps."""
    def __init__(self, reason: str, status: int = 500) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status

class Refused(SessionError):
    """What was asked for can't be: a broken archive, no file at all, an address that is none."""

class InvalidSessionId(Refused, ValueError):
    """Not the id of a session."""

class SessionNotFound(SessionError):
    """There is no such session."""

class SessionProtected(Refused):
    """The session is current, in use or pinned, and stays."""

class OutOfSpace(SessionError):
    """The disk is too full."""

class Busy(SessionError):
    """The server has too much to do, or is stopping; try again later."""

class NotAllowed(SessionError):
    """The server wants a token, or another one."""

class ProgramNotFound(SessionError):
    """The program ``eyproject-sessions`` is not there or can't be started."""

class ServerUnreachable(SessionError):
    """The server did not answer."""


_KINDS: Dict[int, type[SessionError]] = {
    **dict.fromkeys((400, 408, 409, 413, 415), Refused),
    **dict.fromkeys((401, 403), NotAllowed),
    **dict.fromkeys((429, 503), Busy),
    404: SessionNotFound,
    507: OutOfSpace,
}


_Measured = TypedDict(
    "_Measured", {"size_bytes": int, "disk_bytes": int, "file_count": int, "error": str}, total=False
)


class Session(_Measured):
    """One session. Without ``size_bytes`` it could not be measured; ``error`` says why."""
    session_id: str
    path: str
    creation_time: str
    is_current: bool
    created_at: str
    sequence: int
    origin: str
    pinned: bool
    in_use: bool
    note: str
    clock_ahead: bool
    missing: List[str]


class SessionInfo(TypedDict):
    """What ``GET /session/info`` answers."""
    current_session_id: Optional[str]
    eyproject_temp_base: str
    current_session_dir: Optional[str]
    all_sessions: List[Session]


# Something of an upload that was left out or changed.
Skipped = TypedDict("Skipped", {"file": str, "reason": str})


class Upload(TypedDict):
    """What ``POST /upload`` answers. ``sql_conversion`` has ``converted_tables``, ``total_tables``,
    ``conversion_summary``, ``python_transformations`` and ``python_files_updated``."""
    message: str
    session_id: str
    temp_dir: str
    files: List[str]
    table_names_message: str
    sql_conversion: Dict[str, Any]
    skipped: List[Skipped]
    session: Session


# What ``DELETE /session/{session_id}`` answers.
Deleted = TypedDict("Deleted", {"message": str, "session_id": str})


def create_session_temp_dir(*, url: Optional[str] = None) -> str:
    """Make an empty session, which becomes the current one, and return its directory.

    >>> session_dir = create_session_temp_dir()
    >>> print(f"Session created: {session_dir}")
    """
    return _asked(url).create()["path"]


def get_current_session_dir(*, url: Optional[str] = None) -> str:
    """Return the directory of the current session; make a session where there is none.

    >>> current_dir = get_current_session_dir()
    >>> print(f"Current session: {current_dir}")
    """
    return _asked(url).current() or _asked(url).create()["path"]


def cleanup_old_sessions(max_sessions: int = 10, *, url: Optional[str] = None) -> List[str]:
    """Keep the newest ``max_sessions`` sessions and those that are current, in use or pinned; return the
    ids of those that went.

    >>> cleanup_old_sessions(max_sessions=5)
    ['session_20250710_153000']
    """
    if isinstance(max_sessions, bool) or not isinstance(max_sessions, int) or max_sessions < 0:
        raise ValueError(f"max_sessions is {max_sessions!r}; it must be a number of sessions such as 10")
    return _asked(url).cleanup(max_sessions)


def list_sessions(*, url: Optional[str] = None) -> List[Session]:
    """Return every session, newest first."""
    return session_info(url=url)["all_sessions"]


def session_info(*, url: Optional[str] = None) -> SessionInfo:
    """Return what ``GET /session/info`` answers: the current session, the base directory, all sessions."""
    return _asked(url).info()


def delete_session(session_id: str, *, url: Optional[str] = None) -> Deleted:
    """Delete a session. One that is current, in use or pinned raises :class:`SessionProtected`."""
    if not isinstance(session_id, str) or not _ID.fullmatch(session_id):
        reason = f"{session_id!r} is not a session id; one looks like session_20250710_153000"
        raise InvalidSessionId(reason, 400)
    return _asked(url).delete(session_id)


def upload(paths: Union[PathLike, Iterable[PathLike]], *, url: Optional[str] = None) -> Upload:
    """Make a session of files and folders, which becomes the current one: archives are unpacked, data files
    become tables of ``project_data.db``, scripts are rewritten to read those. All or nothing."""
    listed = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    names = [os.fspath(path) for path in listed]
    if not names:
        raise Refused("could not upload: no file is named", 400)
    for name in names:
        _look(name, name)
    return _asked(url).upload(names)


def upload_file(file: IO[bytes], name: Optional[str], *, url: Optional[str] = None) -> Upload:
    """Make a session of an open file, such as what a web framework hands on, under the last part of its name."""
    own = re.split(r"[/\\]", name or "")[-1]
    with tempfile.TemporaryDirectory() as room:
        path = os.path.join(room, "upload" if own in ("", ".", "..") else own)
        try:
            with open(path, "wb") as target:
                shutil.copyfileobj(file, target, _PIECE)
        except (OSError, ValueError) as error:
            full = getattr(error, "errno", None) == errno.ENOSPC
            raise _error(507 if full else 400, f"could not upload {own}: {error}") from error
        return upload(path, url=url)


def _asked(url: Optional[str]) -> Union[_Program, _Server]:
    address = url or os.environ.get(_URL)
    return _Server(address) if address else _Program(_find_program())


def _error(status: int, reason: str) -> SessionError:
    return _KINDS.get(status, SessionError)(reason, status)


class _Program:
    """Runs the program; what it says is JSON."""
    def __init__(self, program: str) -> None:
        self.program = program

    def create(self) -> Session:
        return cast(Session, self._json("new", "--json"))

    def current(self) -> Optional[str]:
        code, out, _ = self._run("current")
        if code == 0:
            return out.rstrip("\r\n")
        # No session, or none that could be read: only the list tells them apart.
        return self.info()["current_session_dir"]

    def info(self) -> SessionInfo:
        return cast(SessionInfo, self._json("list", "--json"))

    def cleanup(self, keep: int) -> List[str]:
        done = self._json("cleanup", "--keep", str(keep), "--json")
        return [gone["session_id"] for gone in done["deleted"]]

    def delete(self, session_id: str) -> Deleted:
        code, out, err = self._run("delete", "--json", session_id)
        done = self._parsed(code, out)
        if not isinstance(done, list) or len(done) != 1:
            self._failed(code, done, err)
        status, message = int(done[0]["status"]), str(done[0]["message"])
        if status != 200:
            raise SessionProtected(message, status) if status == 409 else _error(status, message)
        return {"message": message, "session_id": session_id}

    def upload(self, paths: Sequence[str]) -> Upload:
        return cast(Upload, self._json("upload", "--json", "--", *paths))

    def _json(self, *words: str) -> Any:
        code, out, err = self._run(*words)
        answer = self._parsed(code, out)
        if code != 0:
            self._failed(code, answer, err)
        return answer

    def _run(self, *words: str) -> Tuple[int, str, str]:
        # No shell, and on Windows no console that flashes up.
        flags = int(getattr(subprocess, "CREATE_NO_WINDOW", 0))
        line = [self.program, *words]
        try:
            ran = subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, creationflags=flags)
        except OSError as error:
            raise ProgramNotFound(f"could not run {self.program}: {error}") from error
        return ran.returncode, ran.stdout.decode("utf-8"), ran.stderr.decode("utf-8", "replace")

    def _parsed(self, code: int, out: str) -> Any:
        try:
            return json.loads(out)
        except ValueError as error:
            if code != 0:
                return None
            reason = f"could not understand what {self.program} printed: {error}"
            raise SessionError(f"{reason}; take this file and the program of one version") from None

    def _failed(self, code: int, answer: Any, err: str) -> NoReturn:
        """The program's own words, without its name before each line."""
        if isinstance(answer, dict) and "detail" in answer:
            raise _error(int(answer.get("status", 500)), str(answer["detail"]))
        lines = [line.replace("eyproject-sessions: ", "", 1) for line in err.splitlines() if line]
        reason = "\n".join(lines) or f"{self.program} ended with {code} and said nothing"
        raise _error(400 if code == 2 else 500, reason)


def _find_program() -> str:
    named = os.environ.get(_BIN)
    if named:
        if os.path.isfile(named):
            return os.path.abspath(named)
        raise ProgramNotFound(f"could not run {named}, which {_BIN} names: it is not there")
    # Not by shutil.which, which on Windows also takes what lies in the present directory.
    folders = [str(Path(__file__).resolve().parent)]
    folders += [f for f in os.environ.get("PATH", "").split(os.pathsep) if os.path.isabs(f)]
    for folder in folders:
        program = os.path.join(folder, _NAME)
        if os.path.isfile(program) and os.access(program, os.X_OK):
            return program
    raise ProgramNotFound(
        f"could not find the program {_NAME}: put it on PATH or beside {Path(__file__).name}, "
        f"name it in {_BIN}, or name a server in {_URL}"
    )


class _Server:
    """Asks a server."""
    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = 0
        if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
            raise Refused(f"{url!r} is not the address of a server; one looks like http://127.0.0.1:8001", 400)
        self.secure = parts.scheme == "https"
        self.host, self.port = parts.hostname, port
        self.shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self.below = parts.path.rstrip("/")

    def create(self) -> Session:
        return cast(Session, self._ask("POST", "/session"))

    def current(self) -> Optional[str]:
        return self.info()["current_session_dir"]

    def info(self) -> SessionInfo:
        return cast(SessionInfo, self._ask("GET", "/session/info"))

    def cleanup(self, keep: int) -> List[str]:
        done = self._ask("POST", "/cleanup?" + urlencode({"keep": keep}))
        return [gone["session_id"] for gone in done["deleted"]]

    def delete(self, session_id: str) -> Deleted:
        try:
            return cast(Deleted, self._ask("DELETE", f"/session/{session_id}"))
        except Refused as error:
            raise SessionProtected(error.reason, 409) if error.status == 409 else error from None

    def upload(self, paths: Sequence[str]) -> Upload:
        skipped: List[Skipped] = []
        parts = [part for path in paths for part in _parts_of(path, skipped)]
        if not parts:
            raise Refused("could not upload: there is no file in what is named", 400)
        boundary = secrets.token_hex(16)
        heads = [_head(boundary, part.name) for part in parts]
        end = f"--{boundary}--\r\n".encode()
        length = sum(len(head) + part.size + 2 for head, part in zip(heads, parts)) + len(end)
        kind = f"multipart/form-data; boundary={boundary}"
        headers = {"Content-Type": kind, "Content-Length": str(length)}
        answer = cast(Upload, self._ask("POST", "/upload", headers, _body(parts, heads, end)))
        answer["skipped"].extend(skipped)
        return answer

    def _ask(
        self, method: str, path: str, headers: Optional[Dict[str, str]] = None, body: Iterable[bytes] = ()
    ) -> Any:
        kind = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
        connection = kind(self.host, self.port, timeout=_CONNECT_SECONDS)
        try:
            connection.connect()
            connection.sock.settimeout(None)
            # A computer that vanished is noticed all the same.
            connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            connection.putrequest(method, self.below + path)
            for name, value in self._headers(method, headers).items():
                connection.putheader(name, value)
            connection.endheaders()
            # One that refuses early hangs up, and says why.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                for piece in body:
                    connection.send(piece)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            why = f"{error}" or type(error).__name__
            reason = f"could not ask the server at {self.shown}: {why}; is it running, and is that its address?"
            raise ServerUnreachable(reason, 502) from error
        finally:
            connection.close()
        return self._understood(answer.status, text)

    def _headers(self, method: str, more: Optional[Dict[str, str]]) -> Dict[str, str]:
        headers = {"Accept": "application/json", **(more or {})}
        if method == "POST":
            headers.setdefault("Content-Length", "0")
        token = os.environ.get(_TOKEN, "").strip()
        if token:
            if not token.isascii() or not token.isprintable():
                raise NotAllowed(f"could not use {_TOKEN}: it has characters in it that no header can hold", 401)
            headers["Authorization"] = f"Bearer {token}"
        return headers

    def _understood(self, status: int, text: bytes) -> Any:
        try:
            answer = json.loads(text)
        except ValueError:
            answer = None
        if status == 200 and answer is not None:
            return answer
        detail = answer.get("detail") if isinstance(answer, dict) else None
        otherwise = f"the server at {self.shown} answered {status} and nothing that can be understood"
        raise _error(502 if status == 200 else status, str(detail or otherwise))


class _Part(NamedTuple):
    """A file to be sent: its name with slashes, where it lies, how many bytes of it."""
    name: str
    path: str
    size: int


def _parts_of(path: str, skipped: List[Skipped]) -> Iterator[_Part]:
    """The files in ``path`` by their names in the session; what can't be sent goes into ``skipped``."""
    found, top = _look(path, path), os.path.basename(os.path.abspath(path))
    if stat.S_ISREG(found.st_mode):
        yield _Part(top, path, found.st_size)
        return
    if not stat.S_ISDIR(found.st_mode):
        raise Refused(f"could not upload {path}: it is no file and no folder", 400)
    root = os.path.join(os.path.realpath(path), "")
    for folder, folders, files in os.walk(path, onerror=_stop):
        folders.sort()
        below = os.path.relpath(folder, path)
        prefix = top if below == os.curdir else f"{top}/{below.replace(os.sep, '/')}"
        if not folders and not files:
            skipped.append({"file": prefix, "reason": "an empty folder can't be sent"})
        for name in sorted(folders + files):
            whole = os.path.join(folder, name)
            link = os.path.islink(whole)
            if name in folders and not link:
                continue
            inside = os.path.realpath(whole).startswith(root)
            if link and (name in folders or not inside or not os.path.exists(whole)):
                skipped.append({"file": f"{prefix}/{name}", "reason": "a link that is not followed"})
                continue
            seen = _look(whole, path)
            if stat.S_ISREG(seen.st_mode):
                yield _Part(f"{prefix}/{name}", whole, seen.st_size)
            else:
                skipped.append({"file": f"{prefix}/{name}", "reason": "no regular file"})


def _stop(error: OSError) -> NoReturn:
    raise Refused(f"could not upload {error.filename}: {error}", 400) from error


def _look(path: str, named: str) -> os.stat_result:
    try:
        return os.stat(path)
    except (OSError, ValueError) as error:
        raise Refused(f"could not upload {named}: {error}", 400) from error


def _head(boundary: str, name: str) -> bytes:
    """What stands before a file. Its name is written so that any name arrives as it is."""
    written = quote(name.encode("utf-8", "surrogateescape"), safe="/")
    return (
        f"--{boundary}\r\n"
        f"Content-Disposition: form-data; name=\"file\"; filename*=UTF-8''{written}\r\n"
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()


def _body(parts: Sequence[_Part], heads: Sequence[bytes], end: bytes) -> Iterator[bytes]:
    """The body of an upload, piece by piece; never a whole file in memory."""
    for head, part in zip(heads, parts):
        yield head
        left = part.size
        try:
            with open(part.path, "rb") as source:
                while left > 0:
                    piece = source.read(min(left, _PIECE))
                    if not piece:
                        raise Refused(f"could not upload {part.path}: it became shorter meanwhile", 400)
                    left -= len(piece)
                    yield piece
        except OSError as error:
            raise Refused(f"could not upload {part.path}: {error}", 400) from error
        yield b"\r\n"
    yield end
