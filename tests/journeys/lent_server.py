"""The dashboard on a port of its own, which can be restarted there in the middle of a stream."""

import threading
import time

import uvicorn

from app.actions.jobs import JobQueue
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
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def queue(self) -> JobQueue:
        """The queue as its pages use it."""
        queue: JobQueue = self._application.state.tekhne.queue
        return queue

    def restart(self) -> None:
        """Cut every connection, be gone for a second, come back on the same port."""
        self.stop()
        time.sleep(1)
        self.start()

    def start(self) -> None:
        application = self._application = create_app(self._settings, self._store)
        config = uvicorn.Config(application, port=self._port, log_level="error", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.02)

    def stop(self) -> None:
        """Cut every connection."""
        self._server.should_exit = True
        self._thread.join(timeout=START_SECONDS)
