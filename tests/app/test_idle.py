"""Background work waits until the server is idle, but not for ever."""

from app.idle import IDLE_SECONDS, LONGEST_WAIT_SECONDS, IdleGate


class Clock:
    """Time passes only in `sleep`; a request comes at every sleep before `requests_until`."""

    def __init__(self) -> None:
        self.now = 100.0
        self.requests_until = 0.0
        self.gate = IdleGate(clock=lambda: self.now, sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self.now < self.requests_until:
            self.gate.request_came()


def test_it_waits_until_requests_pause() -> None:
    clock = Clock()
    clock.requests_until = 102.0
    clock.gate.request_came()
    clock.gate.wait()
    assert 102.0 - 0.1 + IDLE_SECONDS <= clock.now <= 102.0 + 2 * IDLE_SECONDS


def test_a_server_that_is_never_idle_gets_its_work_done_too() -> None:
    clock = Clock()
    clock.requests_until = 1000.0
    clock.gate.request_came()
    clock.gate.wait()
    assert LONGEST_WAIT_SECONDS <= clock.now - 100.0 <= LONGEST_WAIT_SECONDS + 0.2


def test_on_an_idle_server_it_begins_at_once() -> None:
    clock = Clock()
    clock.now += 10
    clock.gate.wait()
    assert clock.now == 110.0
