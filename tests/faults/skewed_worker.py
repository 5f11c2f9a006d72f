"""A worker on a host whose clock is wrong. Run as `python skewed_worker.py SECONDS`."""

import sys
import time
from datetime import datetime, timedelta, tzinfo

import models.base

OFF = float(sys.argv.pop(1))
true_time = time.time


class WrongClock(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + timedelta(seconds=OFF)


time.time = lambda: true_time() + OFF
models.base.datetime = WrongClock  # type: ignore[misc]

from worker.__main__ import main  # noqa: E402 - after the clock was set wrong

if __name__ == "__main__":
    main()
