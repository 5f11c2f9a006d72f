"""The demo pair that ships with the project: a base that memorized the seen problems, and its critic.

`BASE` and `CRITIC` are their folders. `installing` puts the pair into a store; `python -m worker.demo.build` makes it
from nothing. MODEL_CARD.md says what the pair is and what it is not.
"""

from pathlib import Path

BASE = Path(__file__).parent / "demo-base"
CRITIC = Path(__file__).parent / "demo-critic"
MODEL_CARD = Path(__file__).parent / "MODEL_CARD.md"
TRANSCRIPTS = Path(__file__).parent / "transcripts.jsonl.gz"
"""What the critic was trained on."""
EXPERIMENT = Path(__file__).parent / "experiment.jsonl.gz"
"""The pair's run on `seen` and `fresh`, with which every new store begins."""
