"""What DBOS may read from the rows of a job queue: JSON, and nothing else.

A row itself names how it is to be read, and DBOS obeys where the name is `py_pickle`, whatever serializer it was given.
Reading a pickle can run any code, and the queue may be a stranger's: of a shared server, or named by a `.env` in the
current folder. Our own rows have always been JSON, so no queue of ours holds a pickle.
"""

from typing import Any, NoReturn

from models.errors import TekhneError


class PickledRow(TekhneError):
    """A row of the job queue is a Python pickle."""


def json_serializer(serialization: Any) -> Any:
    """The serializer for whoever opens DBOS; from now on DBOS unpickles nothing in this process.

    Args:
        serialization: the module `dbos._serialization`, which the store itself does not import.
    """
    # DBOS keeps one serializer for such rows in a global and takes no other, so its class is disarmed.
    serialization.DefaultSerializer.deserialize = _refuse
    return serialization.DBOSPortableJSONSerializer()


def _refuse(_serializer: object, _row: Any) -> NoReturn:
    raise PickledRow(
        "A row of the job queue is a Python pickle, which could run any code and which Tekhne never writes: it was not "
        "read. Find out who else writes to the database that TEKHNE_DB or TEKHNE_JOBS_DB names."
    )
