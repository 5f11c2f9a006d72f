"""Which isolation is in force on this machine, found by trying: a zone is started and probed from inside."""

from dataclasses import dataclass

from settings import Settings, load_settings
from worker.ruler.errors import RulerError
from worker.ruler.fingerprint import Limits
from worker.ruler.zone import Zone
from worker.toolchain import ToolchainError, build_ruler, find_go, ruler_is_built


@dataclass(frozen=True, kw_only=True)
class IsolationReport:
    """Whether models' code can be executed in isolation here, and what that isolation is."""

    usable: bool
    sentences: tuple[str, ...]
    advice: str = ""
    """What to do where it is not usable."""


def isolation(settings: Settings | None = None) -> IsolationReport:
    """Start a sandbox and report what holds in it; nothing is built."""
    settings = settings or load_settings()
    try:
        go = find_go(settings.go)
        if not ruler_is_built(go, settings.cache_dir):
            return _unusable("The sandbox is part of the ruler's Go program, which is not built yet.")
        zone = Zone(build_ruler(go, settings.cache_dir), Limits(), sandboxed=True)
    except ToolchainError as error:
        # Without Go the sandbox cannot be tried; the sentence says what to do.
        return IsolationReport(usable=False, sentences=(str(error),))
    except RulerError as error:
        return IsolationReport(usable=False, sentences=(str(error),), advice=ADVICE)
    facts = zone.facts
    zone.close()
    return IsolationReport(usable=True, sentences=tuple(facts))


ADVICE = "Run as root, or allow user namespaces; TEKHNE_UNSAFE_NO_SANDBOX=true goes without, at your own risk."


def _unusable(sentence: str) -> IsolationReport:
    return IsolationReport(usable=False, sentences=(sentence,), advice="Run `tekhne toolchain build`.")
