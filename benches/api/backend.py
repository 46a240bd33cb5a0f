"""The yardstick of compare.py: a server of sessions as a Python backend does it by itself, without the
program. Started by uvicorn:

    EYPROJECT_TEMP_BASE=DIR python -m uvicorn --app-dir benches/api backend:app

It keeps no cache and streams nothing: that is what is compared with.
"""

import os
import tempfile
import uuid
from contextlib import asynccontextmanager
from datetime import datetime

from fastapi import FastAPI, UploadFile

BASE = os.environ.get("EYPROJECT_TEMP_BASE") or os.path.join(tempfile.gettempdir(), "EYProject")

current = None


def create_session():
    """A new session directory, which becomes the current one."""
    global current
    name = f"session_{datetime.now():%Y%m%d_%H%M%S}"
    if os.path.exists(os.path.join(BASE, name)):
        name += f"_{uuid.uuid4().hex[:8]}"
    current = os.path.join(BASE, name)
    os.makedirs(current)
    return current


@asynccontextmanager
async def lifespan(_):
    create_session()
    yield


app = FastAPI(lifespan=lifespan)


def directory_size(directory):
    total = 0
    for folder, _, files in os.walk(directory):
        for file in files:
            total += os.path.getsize(os.path.join(folder, file))
    return total


@app.get("/session/info")
async def session_info():
    sessions = []
    for name in sorted(os.listdir(BASE), reverse=True):
        path = os.path.join(BASE, name)
        if name.startswith("session_") and os.path.isdir(path):
            sessions.append(
                {
                    "session_id": name,
                    "path": path,
                    "creation_time": datetime.fromtimestamp(os.path.getctime(path)).isoformat(),
                    "size_bytes": directory_size(path),
                    "is_current": path == current,
                }
            )
    return {
        "current_session_id": os.path.basename(current),
        "eyproject_temp_base": BASE,
        "current_session_dir": current,
        "all_sessions": sessions,
    }


@app.post("/upload")
async def upload(file: UploadFile):
    session = create_session()
    name = os.path.basename(file.filename or "upload")
    content = await file.read()
    with open(os.path.join(session, name), "wb") as target:
        target.write(content)
    return {
        "message": f"{name} uploaded",
        "session_id": os.path.basename(session),
        "temp_dir": session,
        "files": [name],
    }
