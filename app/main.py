"""The web process: settings and store in, one ASGI application out.

It reads the store and draws pages; it never imports torch and never runs Go. `uvicorn --factory app.main:create_app`.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from app import api
from app.actions.deleting import Remover
from app.actions.jobs import JobQueue
from app.assets import Assets
from app.looks import LiveLooks
from app.metrics import MetricsMiddleware
from app.state import AppState
from app.store_watch import StoreWatch
from app.web import downloads, error_page, live, pages
from app.web.http import HeadersMiddleware, HeadMiddleware, NotModified, not_modified
from app.web.rendering.environment import make_environment
from app.web.security.access import AccessMiddleware, refuse_open_address
from app.web.security.changes import CsrfCookieMiddleware, guard_change
from app.web.security.limits import LimitsMiddleware
from models import Store
from settings import Settings, load_settings

GZIP_LEVEL = 5
OPENAPI = "/api/v1/openapi.json"


def create_app(settings: Settings | None = None, store: Store | None = None) -> FastAPI:
    """The application over a store.

    Args:
        settings: read from the environment by default.
        store: an open, migrated store; by default the one that the settings name.

    Raises:
        SettingsError: a setting cannot be used.
        AssetsMissing: set-up has not fetched the scripts.
        OpenAddress: other machines could reach it without a login.
    """
    settings = settings or load_settings()
    refuse_open_address(settings)
    assets = Assets()
    opened = store or Store.open(settings.store_url, create=False)
    queue = JobQueue(opened, settings.jobs_url)
    remover = Remover(opened)
    looks = LiveLooks(opened)
    watch = StoreWatch(opened, writes=not settings.read_only, reopened=queue.close)
    app = FastAPI(
        title="Tekhne",
        docs_url=None,
        redoc_url=None,
        openapi_url=OPENAPI,
        lifespan=_lifespan(queue, remover, watch, looks),
    )
    app.state.tekhne = AppState(
        settings=settings,
        store=opened,
        assets=assets,
        templates=make_environment(assets, lambda: opened.faults.current),
        queue=queue,
        remover=remover,
        looks=looks,
    )
    app.state.tekhne.metrics.watch(opened.engine, looks)
    for router in (*pages.ROUTERS, downloads.router({}), *live.ROUTERS):
        app.include_router(router, dependencies=[Depends(guard_change)], include_in_schema=False)
    app.include_router(api.router(), dependencies=[Depends(guard_change)])
    app.add_exception_handler(NotModified, not_modified)
    error_page.install(app)
    # The last one added is the outermost: every response gets the headers, refusals included.
    app.add_middleware(GZipMiddleware, compresslevel=GZIP_LEVEL)
    app.add_middleware(CsrfCookieMiddleware)
    app.add_middleware(AccessMiddleware, settings=settings)
    app.add_middleware(LimitsMiddleware)
    app.add_middleware(HeadersMiddleware)
    app.add_middleware(HeadMiddleware)
    app.add_middleware(MetricsMiddleware, metrics=app.state.tekhne.metrics)
    return app


def _lifespan(
    queue: JobQueue, remover: Remover, watch: StoreWatch, looks: LiveLooks
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        watch.open()
        remover.open()
        yield
        looks.close()
        watch.close()
        remover.close()
        queue.close()

    return lifespan
