"""One zone: the sandbox process that judges batches for one core, and the pipe to it.

In: submissions. Out: the zone's answers as it gives them. A zone that dies raises `ZoneDied`, and its
holder starts another. A zone ends when its input closes, so it cannot outlive this process.
"""

import contextlib
import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from worker.ruler import wire
from worker.ruler.errors import NoIsolation, ZoneDied
from worker.ruler.fingerprint import Limits
from worker.ruler.judgement import Submission
from worker.toolchain import RulerBuild

NOBODY = 65534
FIRST_OWNER = 1_900_000_000
"""User ids from here on belong to nobody; each zone of a root process takes one of its own."""
MOST_CORES = 8
"""Cores that a program may work on at once which asks for their number: its threads are limited."""
TOOLS_APART = 100_000_000
"""How far its compiler's user id is from that."""

CANNOT = (
    "This machine cannot isolate models' code ({}): run as root or allow user namespaces; "
    "TEKHNE_UNSAFE_NO_SANDBOX=true goes without, at your own risk."
)


class Zone:
    """A running sandbox. Not thread-safe: one batch at a time."""

    def __init__(
        self,
        build: RulerBuild,
        limits: Limits,
        *,
        sandboxed: bool,
        user: int | None = None,
        core: int | None = None,
    ) -> None:
        """Start it, as another `user` (which only root may do) and on one `core` alone. Raises NoIsolation."""
        self.core = core
        self.build_changes = 0
        """How often the build had changed when this zone began to use it."""
        arguments = [str(build.program), "zone"] + ([] if sandboxed else ["--unsafe-no-sandbox"])
        with _only_on(core):
            self._process = subprocess.Popen(
                arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment(),
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )
        try:
            self._send(_configuration(build, limits))
            line = self._read_line()
        except ZoneDied as error:
            raise NoIsolation(CANNOT.format(str(error))) from error
        if not line.get("ready"):
            raise NoIsolation(CANNOT.format(self._last_words()))
        self.facts: tuple[str, ...] = tuple(line["facts"])
        """How programs are isolated here, a sentence for each mechanism."""

    @property
    def pid(self) -> int:
        return self._process.pid

    def judge(self, batch: Sequence[Submission], *, legacy: bool, retakes: int) -> Iterator[dict[str, Any]]:
        """Answers, in the order in which they are ready; `index` counts in the batch.

        Raises:
            ZoneDied: the process ended before all were answered.
        """
        return self._ask({"items": self._items(batch), "legacy": legacy, "retakes": retakes})

    def read(self, batch: Sequence[Submission], *, legacy: bool) -> Iterator[dict[str, Any]]:
        """Answers with the programs alone: nothing is compiled or run. The zone remembers the batch."""
        return self._ask({"items": self._items(batch), "legacy": legacy, "read_only": True})

    def judge_read(self, chosen: Sequence[int]) -> Iterator[dict[str, Any]]:
        """`judge` of those items of the remembered batch, which are not read again. Each may be chosen once."""
        return self._ask({"chosen": list(chosen)})

    def _items(self, batch: Sequence[Submission]) -> list[dict[str, str]]:
        return [wire.item(submission) for submission in batch]

    def _ask(self, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        self._send(request)
        while not (answer := self._read_line()).get("done"):
            if not answer:
                raise ZoneDied(f"The sandbox process ended: {self._last_words()}")
            yield answer

    def close(self) -> None:
        """End the process and wait for it."""
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, value: dict[str, Any]) -> None:
        pipe = self._process.stdin
        if pipe is None or pipe.closed:
            raise ZoneDied("The sandbox process is closed.")
        try:
            pipe.write(json.dumps(value).encode("ascii") + b"\n")
            pipe.flush()
        except BrokenPipeError as error:
            raise ZoneDied(f"The sandbox process ended: {self._last_words()}") from error

    def _read_line(self) -> dict[str, Any]:
        """One answer; empty at the end."""
        pipe = self._process.stdout
        line = pipe.readline() if pipe is not None else b""
        if not line.endswith(b"\n"):
            return {}
        value: dict[str, Any] = json.loads(line)
        return value

    def _last_words(self) -> str:
        try:
            _, words = self._process.communicate(timeout=5)
        except (subprocess.TimeoutExpired, ValueError):
            return "it does not answer"
        return words.decode("utf-8", "replace").strip()[-500:] or f"exit code {self._process.returncode}"


@contextlib.contextmanager
def _only_on(core: int | None) -> Iterator[None]:
    """Processes that this thread starts within the block run on that core; other threads are not affected."""
    if core is None:
        yield
        return
    usual = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, usual)


def _configuration(build: RulerBuild, limits: Limits) -> dict[str, Any]:
    return {
        "std": str(build.archives),
        "compile": str(build.compiler),
        "link": str(build.linker),
        "explain": "" if build.explainer is None else str(build.explainer),
        "language": build.go.language,
        "zone_info": str(build.go.root / "lib" / "time" / "zoneinfo.zip"),
        "cores": min(len(os.sched_getaffinity(0)), MOST_CORES),
        **_users(),
        "limits": limits.as_dict(),
    }


def _users() -> dict[str, int]:
    """The user ids that a root's candidates and compilers run as: nobody else's, where there are that many ids."""
    try:
        with open("/proc/self/uid_map") as lines:
            size = max(int(line.split()[2]) for line in lines)
    except OSError:
        size = 0
    if size <= 2**31:
        return {"owner": NOBODY, "tools": NOBODY - 1}
    owner = FIRST_OWNER + os.urandom(3)[0] * 65536 + os.getpid() % 65536
    return {"owner": owner, "tools": owner + TOOLS_APART}


def _environment() -> dict[str, str]:
    """The zone inherits nothing of our environment but the folder for temporary files."""
    return {name: os.environ[name] for name in ("TMPDIR",) if name in os.environ}


def usable_cores() -> int:
    """The cores that this process may use."""
    return len(_cores()) or os.cpu_count() or 1


def _cores() -> list[int]:
    """Their numbers; none if the system does not say."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


class ZonePool:
    """The zones of one ruler: at most one a core, started when first needed, lent to one thread at a time.

    Where there are as many zones as cores, each is bound to a core of its own: a short program that the system moved
    to another core would start there with cold caches and a wake-up, which cost a tenth of the throughput.

    A zone comes back only from work that went well; after an error it is ended and a new one takes its place.
    """

    def __init__(self, start: Callable[[int | None], Zone], size: int) -> None:
        self._start = start
        cores = _cores()
        self._free: list[int | None] = [*cores] if size == len(cores) else [None] * size
        self._places = threading.Semaphore(size)
        self._lock = threading.Lock()
        self._idle: list[Zone] = []
        self._closed = False

    @contextlib.contextmanager
    def borrowed(self, *, fresh: bool = False) -> Iterator[Zone]:
        """A zone for the duration of the block; a `fresh` one was never asked anything."""
        with self._places:
            zone = self._take(fresh)
            try:
                yield zone
            except BaseException:
                # Answers may still be in its pipe, also where a caller only stopped listening.
                zone.close()
                self._free.append(zone.core)
                raise
            self._give_back(zone)

    def close(self) -> None:
        """End the idle zones; one that is lent out ends when it comes back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for zone in idle:
            zone.close()

    def _take(self, fresh: bool) -> Zone:
        with self._lock:
            if self._closed:
                raise ZoneDied("The ruler is closed.")
            used = self._idle.pop() if self._idle else None
            if used is not None and not fresh:
                return used
            core = used.core if used is not None else self._free.pop()
        if used is not None:
            used.close()
        try:
            return self._start(core)
        except BaseException:
            self._free.append(core)
            raise

    def _give_back(self, zone: Zone) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(zone)
                return
        zone.close()
