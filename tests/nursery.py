"""A process that starts Python programs by forking, so that hundreds of processes pay for their imports once.

Run as `python nursery.py CONTROL`, the number of a socket. A message is {"arguments", "environment", "folder"} with
four descriptors: standard input, output and error of the program, and a pipe that is told its process id and then its
exit code. The program runs as `python ARGUMENTS...` would run it: a file, or `-m` and a module.
"""

import atexit
import gc
import json
import os
import runpy
import signal
import socket
import sys
import threading
from importlib import import_module
from typing import Any, NoReturn

PRELOADED = (
    "cli.main",
    "app.main",
    "app.reporting",
    "app.reports.claims",
    "app.reports.markdown",
    "app.reports.tables",
    "worker.service",
    "worker.handlers",
    "worker.engines.local",
    "worker.engines.server",
    "worker.jobs.workers",
    "worker.training.base",
    "worker.training.critic",
    "transformers.models.llama",
)
LARGEST_MESSAGE = 1 << 20


def main() -> None:
    # A program's own folder comes first on its path, not this one.
    del sys.path[0]
    for name in PRELOADED:
        import_module(name)
    # Programs share these objects with each other for as long as no collector touches them.
    gc.freeze()
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    assert threading.active_count() == 1, "a fork takes no thread along"
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, LARGEST_MESSAGE, 4)
        if not message:
            return
        # The process between reports the exit code, so that nobody waits for a program in turn.
        between = os.fork()
        if between == 0:
            control.close()
            report = descriptors.pop()
            program = os.fork()
            if program == 0:
                os.close(report)
                become(json.loads(message), descriptors)
                end()
            stand_by(program, report, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        reap()


def stand_by(program: int, report: int, descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
    os.write(report, f"{program}\n".encode())
    _, status = os.waitpid(program, 0)
    os.write(report, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def reap() -> None:
    """Forget the processes between that have ended."""
    while True:
        try:
            ended, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not ended:
            return


def become(asked: dict[str, Any], descriptors: list[int]) -> None:
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    program, *arguments = asked["arguments"]
    is_module = program == "-m"
    if is_module:
        program, *arguments = arguments
    sys.path.insert(0, asked["folder"] if is_module else os.path.dirname(program))
    sys.argv = [program, *arguments]
    try:
        if is_module:
            runpy.run_module(program, run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(program, run_name="__main__")
    except SystemExit as ended:
        if isinstance(ended.code, str):
            print(ended.code, file=sys.stderr)
        end(ended.code if isinstance(ended.code, int) else int(bool(ended.code)))


def end(code: int = 0) -> NoReturn:
    """What an interpreter does at its end, except for taking thousands of modules apart."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
