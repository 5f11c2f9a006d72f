"""The depot: a folder or URL where checkpoints lie by their content hash, so that other machines can fetch them.

In: a model's folder, or a content hash. Out: its files in the depot, or a verified copy of them in the data folder. The
URL is one of fsspec's: a shared folder, `s3://bucket/folder`, `hf://organisation/repository` and others. Nothing here
knows the store, and no model is loaded.
"""

from worker.depot.cache import fetch_into, fetched_folder
from worker.depot.depot import Depot, DepotEntry
from worker.depot.errors import DepotDamaged, DepotError, DepotUnusable, NoRoom, NotInDepot

__all__ = [
    "Depot",
    "DepotDamaged",
    "DepotEntry",
    "DepotError",
    "DepotUnusable",
    "NoRoom",
    "NotInDepot",
    "fetch_into",
    "fetched_folder",
]
