"""One of several backends at work on one base: makes, uploads, lists, deletes, cleans up. Whatever it is told
must be a refusal that may happen among several; anything else ends it with a traceback."""

import os
import random
import sys
from pathlib import Path

sys.path.insert(0, os.environ["CLIENT_DIR"])
import eyproject_sessions as sessions  # noqa: E402

seed, turns, room = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
chance = random.Random(seed)
data = room / f"numbers_{seed}.csv"
data.write_text("n,square\n" + "".join(f"{n},{n * n}\n" for n in range(200)))
done = 0

for _ in range(turns):
    deed = chance.choice(["create", "upload", "upload", "delete", "cleanup", "current", "list"])
    try:
        if deed == "create":
            sessions.create_session_temp_dir()
        elif deed == "upload":
            made = sessions.upload(data)
            assert made["sql_conversion"]["total_tables"] == 1, made
        elif deed == "delete":
            there = sessions.list_sessions()
            if there:
                sessions.delete_session(chance.choice(there)["session_id"])
        elif deed == "cleanup":
            gone = sessions.cleanup_old_sessions(max_sessions=6)
            assert len(gone) == len(set(gone)), gone
        elif deed == "current":
            assert Path(sessions.get_current_session_dir()).name.startswith("session_")
        else:
            info = sessions.session_info()
            current = [s["session_id"] for s in info["all_sessions"] if s["is_current"]]
            assert len(current) <= 1, info
        done += 1
    except (sessions.SessionProtected, sessions.SessionNotFound) as refusal:
        assert deed == "delete", f"{deed}: {refusal!r}"
        done += 1
print(done)
