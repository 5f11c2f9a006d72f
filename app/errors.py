"""Errors of the web process, each shown to the reader as a page with one sentence.

WebError                the parent; carries the HTTP status and what to do next
├── NotFound            404: no such run, problem, program or page
├── BadRequest          400: the address or a form asks for something that cannot be read
├── TooMuch             413, 429: more was sent than one reader may send
├── NoTables            503: the store has not been migrated
└── AssetsMissing       set-up has not fetched the scripts (raised at start, never to a reader)
"""

from models.errors import TekhneError


class WebError(TekhneError):
    """A reader's mistake or a state that the reader can mend."""

    status = 500
    title = "Something went wrong"

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


class NotFound(WebError):
    """What the address names is not in the store."""

    status = 404
    title = "Not found"


class BadRequest(WebError):
    """The address or a form holds a value that cannot be used."""

    status = 400
    title = "This cannot be read"


class TooMuch(WebError):
    """A request larger, or more changes in a minute, than one reader may send."""

    status = 429
    title = "Too much at once"


class NoTables(WebError):
    """The store is there and its tables are not."""

    status = 503
    title = "The store is not ready"


class AssetsMissing(WebError):
    """A script that pages need was never fetched."""
