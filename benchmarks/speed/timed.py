"""Runs a command and prints one line of JSON: its status, seconds of wall clock and processor, and largest resident size."""

import json
import os
import sys
import time

start = time.monotonic()
with open(os.devnull, "w") as nothing:
    child = os.posix_spawnp(
        sys.argv[2], sys.argv[2:], os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), (os.POSIX_SPAWN_DUP2, nothing.fileno(), 2)]
    )
    _, status, used = os.wait4(child, 0)
print(
    json.dumps(
        {
            "status": os.waitstatus_to_exitcode(status),
            "wall": time.monotonic() - start,
            "cpu": used.ru_utime + used.ru_stime,
            "rss": used.ru_maxrss / 1024,
        }
    )
)
