"""The store as a worker uses it: asked once whether it is ready, and given text that both databases can hold."""

from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError

from models import Store, WorkerHeartbeat
from models.errors import MAY_PASS, TekhneError
from models.store_faults import StoreFault, fault_of


class StoreUnready(TekhneError):
    """The store does not answer, or nobody has made its tables."""

    exit_code = MAY_PASS


def refuse_unready(store: Store) -> None:
    """Raise StoreUnready, in one sentence and without a password."""
    where = store.engine.url.render_as_string(hide_password=True)
    try:
        made = inspect(store.engine).has_table(WorkerHeartbeat.__tablename__)
    except DBAPIError as error:
        file = Path(store.engine.url.database or "")
        if fault_of(error) is not StoreFault.GONE or not file.parent.is_dir():
            reason = str(error.orig).strip().splitlines()[0]
            raise StoreUnready(
                f"The store {where} cannot be opened ({reason}): check TEKHNE_DB and that its server runs."
            ) from error
        made = False
    if not made:
        raise StoreUnready(f"The store {where} has no tables yet: start with `tekhne worker`, which makes them.")


def storable(text: str) -> str:
    """NULs and lone surrogates, which models do write, become visible escapes."""
    return text.replace("\x00", "\\x00").encode("utf-8", "backslashreplace").decode()
