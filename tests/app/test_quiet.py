"""Background work waits for a quiet moment, but not for ever."""

from app.quiet import PATIENCE_SECONDS, QUIET_SECONDS, Quiet


class Clock:
    """Time that passes only while somebody sleeps; `each` happens at every sleep."""

    def __init__(self) -> None:
        self.now = 100.0
        self.asks_until = 0.0
        self.quiet = Quiet(clock=lambda: self.now, sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self.now < self.asks_until:
            self.quiet.broken()


def test_it_waits_until_nobody_has_asked_for_a_moment() -> None:
    clock = Clock()
    clock.asks_until = 102.0
    clock.quiet.broken()
    clock.quiet.wait()
    assert 102.0 - 0.1 + QUIET_SECONDS <= clock.now <= 102.0 + 2 * QUIET_SECONDS


def test_a_house_that_is_never_quiet_gets_its_work_done_too() -> None:
    clock = Clock()
    clock.asks_until = 1000.0
    clock.quiet.broken()
    clock.quiet.wait()
    assert PATIENCE_SECONDS <= clock.now - 100.0 <= PATIENCE_SECONDS + 0.2


def test_in_a_quiet_house_it_begins_at_once() -> None:
    clock = Clock()
    clock.now += 10
    clock.quiet.wait()
    assert clock.now == 110.0
