"""How long this web process takes for its requests, how many streams are open, and how many queries it sends, in
Prometheus's own types.

In: one call a request, from a middleware, and one a query. Out: a registry that `/metrics` writes. Routes are named by
their pattern, so that nothing a user typed becomes a label.
"""

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from sqlalchemy import Engine, event
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.looks import LiveLooks

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
UNKNOWN = "unknown"
"""The route of an address that leads nowhere, or of a request that was refused before it had one."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestMetrics:
    """Of one web process. A live stream counts while it is open; its duration says only when its reader went."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.durations = Histogram(
            "tekhne_request_duration_seconds",
            "Time from a request's arrival to the last byte of its answer, by route and status; not of live streams",
            ("method", "route", "status"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.streams = Gauge(
            "tekhne_live_streams", "Pages that this process is sending live events to", registry=self.registry
        )
        self.looks = Gauge(
            "tekhne_live_looks",
            "Live parts that this process reads, each once for all pages that show it",
            registry=self.registry,
        )
        self.queries = Counter(
            "tekhne_store_queries", "Queries that this process sent to the store", registry=self.registry
        )
        ProcessCollector(registry=self.registry)

    def watch(self, engine: Engine, looks: LiveLooks) -> None:
        """Count the queries of this engine and these looks from now on."""
        event.listen(engine, "before_cursor_execute", lambda *_: self.queries.inc())
        self.looks.set_function(lambda: len(looks))


class MetricsMiddleware:
    """Measures every HTTP request; outermost, so that what the others do counts too."""

    def __init__(self, app: ASGIApp, metrics: RequestMetrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, is_stream = time.perf_counter(), "500", False

        async def send_and_note(message: Message) -> None:
            nonlocal status, is_stream
            if message["type"] == "http.response.start":
                status = str(message["status"])
                is_stream = (b"content-type", b"text/event-stream") in (
                    (name.lower(), value.split(b";")[0]) for name, value in message.get("headers", ())
                )
                if is_stream:
                    self._metrics.streams.inc()
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        finally:
            if is_stream:
                self._metrics.streams.dec()
            else:
                method = scope["method"] if scope["method"] in METHODS else UNKNOWN
                labels = (method, _pattern(scope), status)
                self._metrics.durations.labels(*labels).observe(time.perf_counter() - began)


def _pattern(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", UNKNOWN) or UNKNOWN)
