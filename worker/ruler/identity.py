"""What a verdict depends on besides program and tests, read off what is really executed with."""

import json
import subprocess

from worker.ruler.judgement import RulerFingerprint
from worker.ruler.limits import Limits
from worker.toolchain import RulerBuild

SANDBOX = "namespaces, seccomp allowlist, rlimits"
NO_SANDBOX = "none (unsafe), seccomp allowlist, rlimits"


def identity_of(build: RulerBuild, limits: Limits, *, sandboxed: bool) -> RulerFingerprint:
    """The identity of a ruler made of these parts; the harness's version is the digest of its Go sources."""
    about = subprocess.run([str(build.program), "about"], capture_output=True, check=True, timeout=60).stdout
    return RulerFingerprint(
        go=build.go.version,
        xtools=build.xtools,
        vet_policy=tuple(json.loads(about)["vet"]),
        limits=limits.as_dict(),
        harness_version=build.source_digest[:16],
        sandbox=SANDBOX if sandboxed else NO_SANDBOX,
    )
