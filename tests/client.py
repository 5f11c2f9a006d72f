"""Starlette's test client, which speaks to this machine: the dashboard answers to no other name."""

from typing import Any

from starlette.testclient import TestClient as AnyHostClient


class TestClient(AnyHostClient):
    __test__ = False

    def __init__(self, app: Any, base_url: str = "http://localhost", **options: Any) -> None:
        super().__init__(app, base_url=base_url, **options)
