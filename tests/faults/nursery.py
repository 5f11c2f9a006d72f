"""A process that starts workers by forking, so that the imports of many workers are paid once.

Run as `python nursery.py`; it says "ready". A line {"start": {environment}, "log": path} starts a worker and is
answered by its process id, a line {"wait": pid} by its exit code. Each worker is a process of its own and runs
`worker.__main__`.
"""

import json
import os
import signal
import sys
import threading

from worker import service  # noqa: F401 - imported once, for every worker
from worker.__main__ import main as work
from worker.engines import local, server  # noqa: F401


def live(environment: dict[str, str], log: str) -> None:
    os.environ.update(environment)
    told = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for descriptor in (1, 2):
        os.dup2(told, descriptor)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    code = 0
    try:
        work()
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    assert threading.active_count() == 1, "a fork takes no thread along"
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        if "start" in asked:
            life = os.fork()
            if life == 0:
                live(asked["start"], asked["log"])
            print(life, flush=True)
        else:
            _, status = os.waitpid(asked["wait"], 0)
            print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
