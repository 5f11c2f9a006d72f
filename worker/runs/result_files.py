"""A file of somebody else's results, in whichever form it is: lines of `task_id, completion, passed`, or Inspect's log.

In: a path, or `-`. Out: `ForeignResult`s. A file is a log where it is named `.json` and holds one; an `.eval` file is a
zip of changing compression, which its owner's own command turns into JSON.
"""

import io
import json
from collections.abc import Iterator

from worker.problem_sets.errors import SourceError
from worker.problem_sets.rows import open_bytes
from worker.runs.foreign_results import ForeignResult, read_foreign_results, results_of
from worker.runs.inspect_log import is_inspect_log, read_inspect_log

JSON_ENDINGS = (".json", ".json.gz")


def read_results(source: str) -> Iterator[ForeignResult]:
    """The results of a file.

    Raises:
        SourceError: the file cannot be opened, or is a zip.
        BadForeignResult: a line or sample cannot be read; the message names file, place and field.
    """
    if source.endswith(".eval"):
        raise SourceError(
            f"{source} is a zip: turn it into JSON with `inspect log dump {source} > log.json`, and import that."
        )
    if not source.endswith(JSON_ENDINGS):
        return read_foreign_results(source)
    try:
        with open_bytes(source) as stream:
            content = stream.read()
    except EOFError as error:
        raise SourceError(f"{source} cannot be read ({error}).") from error
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        document = None
    if is_inspect_log(document):
        return read_inspect_log(source, document)
    return results_of(source, io.BytesIO(content))
