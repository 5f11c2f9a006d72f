"""Errors of the web process, each shown to the reader as a page with one sentence.

WebError                the parent; carries the HTTP status and what to do next
├── NotFound            404: no such run, problem, program or page
├── BadRequest          400: the address or a form asks for something that cannot be read
├── Refused             422: what was asked is understood, and cannot be done as things are
├── TooMuch             413, 429: more was sent than one reader may send
├── NoStore             503: the store cannot be used now (`models.store_faults`)
├── Busy                503: more is asked for at once than the process can answer; says when to ask again
├── PortTaken           nothing can listen on the address of the settings (raised at start)
└── AssetsMissing       set-up has not fetched the scripts (raised at start, never to a reader)
"""

from models.errors import TekhneError


class WebError(TekhneError):
    """A reader's mistake or a state that the reader can mend."""

    status = 500
    title = "Something went wrong"
    retry_after: int | None = None
    """Seconds after which the same request may succeed."""

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


class Refused(WebError):
    """An action that the present state, or a field of its form, does not allow."""

    status = 422
    title = "This was not done"


class TooMuch(WebError):
    """A request larger, or more changes in a minute, than one reader may send."""

    status = 429
    title = "Too much at once"


class NoStore(WebError):
    """The disk, the database or its server is at fault, or the store has no tables."""

    status = 503
    title = "The store cannot be used now"


class Busy(WebError):
    """All connections to the store, or all places for downloads, are in use."""

    status = 503
    title = "Too much at once"
    retry_after = 5


class AssetsMissing(WebError):
    """A script that pages need was never fetched."""


class PortTaken(WebError):
    """Another program listens there already, or the address is not this machine's."""
