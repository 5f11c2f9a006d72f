"""Routes never block the event loop: whatever reads the store runs in a thread."""

import inspect

from fastapi.routing import APIRoute

from app import api
from app.web import live, pages


def test_no_route_runs_on_the_event_loop() -> None:
    routers = (*pages.ROUTERS, *live.ROUTERS, api.router())
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    assert {"/jobs/{job_id}/events", "/runs/{run_id}"} <= {route.path for route in routes}
    assert not [route.path for route in routes if inspect.iscoroutinefunction(route.endpoint)]
