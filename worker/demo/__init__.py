"""The demo pair that ships with the project: a base that learned the seen problems by heart, and its critic.

`BASE` and `CRITIC` are their folders. `python -m worker.demo.build` makes both from nothing; MODEL_CARD.md says what
they are, and what they are not.
"""

from pathlib import Path

BASE = Path(__file__).parent / "demo-base"
CRITIC = Path(__file__).parent / "demo-critic"
MODEL_CARD = Path(__file__).parent / "MODEL_CARD.md"
TRANSCRIPTS = Path(__file__).parent / "transcripts.jsonl.gz"
"""What the critic was trained on."""
EXPERIMENT = Path(__file__).parent / "experiment.jsonl.gz"
"""The pair's run on `seen` and `fresh`, which every new store begins with."""
