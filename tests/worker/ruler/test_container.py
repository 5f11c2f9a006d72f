"""The sandbox as docker-compose.yml runs it: an ordinary user, no capability, no new privileges, the seccomp profile.

A container itself cannot be started here. A wrapper in the ruler's place loads the profile as a real filter and drops
everything with `setpriv`, before the ruler's own program makes its namespaces.
"""

import json
import platform
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from models.enums import Verdict
from tests.worker.ruler.test_users import NOBODY, readable_build
from worker.ruler import Limits, Submission
from worker.ruler.zone import Zone
from worker.toolchain import RulerBuild

__all__ = ["readable_build"]
pytestmark = pytest.mark.go
PROFILE = Path(__file__).resolve().parents[3] / "docker" / "seccomp.json"
NUMBERS = {
    "x86_64": {
        "init_module": 175, "finit_module": 313, "delete_module": 176, "kexec_load": 246, "kexec_file_load": 320,
        "reboot": 169, "settimeofday": 164, "clock_settime": 227, "clock_adjtime": 305, "adjtimex": 159,
        "swapon": 167, "swapoff": 168, "acct": 163, "quotactl": 179, "syslog": 103, "vhangup": 153, "ptrace": 101,
        "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "add_key": 248, "request_key": 249,
        "keyctl": 250, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "io_uring_setup": 425,
        "io_uring_enter": 426, "io_uring_register": 427, "open_by_handle_at": 304, "name_to_handle_at": 303,
        "lookup_dcookie": 212, "iopl": 172, "ioperm": 173, "modify_ldt": 154, "personality": 135,
    },
    "aarch64": {
        "init_module": 105, "finit_module": 273, "delete_module": 106, "kexec_load": 104, "kexec_file_load": 294,
        "reboot": 142, "settimeofday": 170, "clock_settime": 112, "clock_adjtime": 266, "adjtimex": 171,
        "swapon": 224, "swapoff": 225, "acct": 89, "quotactl": 60, "syslog": 116, "vhangup": 58, "ptrace": 117,
        "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "add_key": 217, "request_key": 218,
        "keyctl": 219, "bpf": 280, "perf_event_open": 241, "userfaultfd": 282, "io_uring_setup": 425,
        "io_uring_enter": 426, "io_uring_register": 427, "open_by_handle_at": 265, "name_to_handle_at": 264,
        "lookup_dcookie": 18, "personality": 92,
    },
}  # fmt: skip
"""Of the denied calls, as the kernel's tables have them; a call that an architecture lacks is left out."""
ONLY_X86 = {"iopl", "ioperm", "modify_ldt"}
WRAPPER = """#!{python}
import ctypes, os, struct, sys
numbers, program, user = {numbers}, {program!r}, {user}
load, equal, give = 0x20, 0x15, 0x06
steps = [(load, 0, 0, 0)]
steps += [(equal, len(numbers) - place, 0, number) for place, number in enumerate(numbers)]
steps += [(give, 0, 0, 0x7FFF0000), (give, 0, 0, 0x00050001)]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
filter = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code)))
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, filter, 0, 0):
    raise OSError(ctypes.get_errno(), "the filter was not taken")
if libc.ptrace(0, 0, 0, 0) != -1:
    raise OSError("the filter lets through what it denies")
who = ["--reuid", str(user), "--regid", str(user), "--clear-groups", "--bounding-set=-all"] if os.getuid() == 0 else []
os.execvp("setpriv", ["setpriv", *who, "--inh-caps=-all", "--no-new-privs", program, *sys.argv[1:]])
"""


def denied() -> set[str]:
    profile = json.loads(PROFILE.read_text())
    assert profile["defaultAction"] == "SCMP_ACT_ALLOW"
    assert {rule["action"] for rule in profile["syscalls"]} == {"SCMP_ACT_ERRNO"}
    return {name for rule in profile["syscalls"] for name in rule["names"]}


def test_the_profile_denies_what_it_should_and_nothing_that_a_sandbox_needs() -> None:
    assert denied() == set(NUMBERS["x86_64"]) == set(NUMBERS["aarch64"]) | ONLY_X86
    needed = {
        "unshare",
        "clone",
        "clone3",
        "mount",
        "umount2",
        "pivot_root",
        "chroot",
        "seccomp",
        "setns",
        "execveat",
    }
    assert not denied() & needed


def test_a_zone_works_under_it_without_root_capabilities_or_new_privileges(
    readable_build: RulerBuild, submit: Callable[..., Submission]
) -> None:
    numbers = [NUMBERS[platform.machine()][name] for name in sorted(denied() & NUMBERS[platform.machine()].keys())]
    wrapper = readable_build.archives.parent / "wrapper"
    wrapper.write_text(
        WRAPPER.format(python=sys.executable, numbers=numbers, program=str(readable_build.program), user=NOBODY)
    )
    wrapper.chmod(0o755)
    zone = Zone(replace(readable_build, program=wrapper), Limits(), sandboxed=True)
    try:
        answers = list(
            zone.judge([submit("\treturn 2 * n\n}\n"), submit("\treturn n\n}\n")], legacy=False, retakes=0)
        )
        facts = zone.facts
    finally:
        zone.close()
    verdicts = {answer["index"]: answer["fixed"]["verdict"] for answer in answers}
    assert verdicts == {0: Verdict.PASSED, 1: Verdict.ASSERTION}
    assert any("user namespace" in fact for fact in facts)
