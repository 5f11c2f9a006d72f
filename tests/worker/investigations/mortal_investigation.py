"""A process that performs an investigation's job until it is killed: the store's URL and the job's id are arguments."""

import sys

from models import Store
from tests.worker.investigations.tiny_investigation import do

if __name__ == "__main__":
    do(Store.open(sys.argv[1]), sys.argv[2])
