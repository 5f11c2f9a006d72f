"""`python -m app`: the web process, on the address that the settings name."""

import gc
import logging
import socket
import sys

import uvicorn

from app.connections import PatientProtocol, RareWarnings
from app.errors import PortTaken, WebError
from app.looks import LiveLooks
from app.main import create_app
from models.logs import log_to_standard_error
from models.terminal_text import without_controls
from settings import Settings, SettingsError, load_settings

KEEP_ALIVE_SECONDS = 20
SWITCH_SECONDS = 0.0005
BACKLOG = 2048
SHUTDOWN_SECONDS = 5
"""Answers that are not read to their end are cut after this."""


class Server(uvicorn.Server):
    """Ends live streams when it is told to stop; uvicorn would wait for them. Browsers connect again by themselves."""

    def __init__(self, config: uvicorn.Config, looks: LiveLooks) -> None:
        super().__init__(config)
        self._looks = looks

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._looks.end()
        await super().shutdown(sockets)


def main() -> None:
    log_to_standard_error(logging.WARNING)
    try:
        settings = load_settings()
        listening = listen(settings)
        application = create_app(settings)
    except (SettingsError, WebError) as error:
        print(f"error: {without_controls(str(error))}", file=sys.stderr)
        sys.exit(2)
    # A report computed in the background holds the interpreter for this long at a time, and a request releases it at
    # every query: with the default of 5 ms, ten queries waited 50 ms.
    sys.setswitchinterval(SWITCH_SECONDS)
    # Everything imported by now lives as long as the process. Without this, a request that triggers a full garbage
    # collection waits 60 ms for a scan of all of it.
    gc.collect()
    gc.freeze()
    config = uvicorn.Config(
        application,
        log_level="warning",
        log_config=None,
        http=PatientProtocol,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        server_header=False,
    )
    logging.getLogger("uvicorn.error").addFilter(RareWarnings())
    server = Server(config, application.state.tekhne.looks)
    server.run(sockets=[listening])
    if not server.started:
        sys.exit(1)


def listen(settings: Settings) -> socket.socket:
    """The socket that the server listens on. Opened here, because uvicorn would end with the exit code of a crash.

    Raises:
        PortTaken: another program listens there, or nothing can.
    """
    opened = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((settings.host, settings.port))
        opened.listen(BACKLOG)
    except OSError as error:
        opened.close()
        raise PortTaken(
            f"Nothing can listen on port {settings.port} of {settings.host} ({error.strerror}): stop the program "
            f"that listens there, or check TEKHNE_HOST and TEKHNE_PORT."
        ) from error
    return opened


if __name__ == "__main__":
    main()
