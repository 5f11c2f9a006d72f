"""`python -m app`: the web process, on the address that the settings name."""

import gc
import sys

import uvicorn

from app.connections import PatientProtocol
from app.errors import WebError
from app.main import create_app
from settings import SettingsError, load_settings

KEEP_ALIVE_SECONDS = 20
SWITCH_SECONDS = 0.0005
SHUTDOWN_SECONDS = 5
"""Open event streams are cut after this; browsers reconnect by themselves."""


def main() -> None:
    try:
        settings = load_settings()
        application = create_app(settings)
    except (SettingsError, WebError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    # A report computed in the background holds the interpreter for this long at a time, and a request releases it at
    # every query: with the default of 5 ms, ten queries waited 50 ms.
    sys.setswitchinterval(SWITCH_SECONDS)
    # Everything imported by now lives as long as the process. Without this, a request that triggers a full garbage
    # collection waits 60 ms for a scan of all of it.
    gc.collect()
    gc.freeze()
    uvicorn.run(
        application,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        http=PatientProtocol,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        server_header=False,
    )


if __name__ == "__main__":
    main()
