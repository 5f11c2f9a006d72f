"""The dashboard on a port of its own, which can be restarted there in the middle of a stream."""

import threading
import time

import uvicorn

from app.main import create_app
from models import Store
from settings import Settings
from tests.free_port import free_port

START_SECONDS = 60


class LentServer:
    """Serves while open."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> "LentServer":
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def restart(self) -> None:
        """Cut every connection, be gone for a second, come back on the same port."""
        self._end()
        time.sleep(1)
        self._start()

    def _start(self) -> None:
        application = create_app(self._settings, self._store)
        config = uvicorn.Config(application, port=self._port, log_level="error", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.02)

    def _end(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=START_SECONDS)
