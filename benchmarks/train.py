"""`tekhne bench train`: what the constancy of the trunk is worth while a critic trains.

Baselines of the same run: the frozen trunk run at every step, and full fine-tuning of all 18 layers.
"""

from benchmarks.report import BenchReport, Figure, at_least


def measure(steps: int = 8, batch_tokens: int = 4096) -> BenchReport:
    """Train the demo critic's own rows for a few steps of each kind."""
    from benchmarks.training_speed import measure_speeds
    from worker.demo import BASE, TRANSCRIPTS
    from worker.transcripts.transcript import read_transcripts

    speeds = measure_speeds(str(BASE), list(read_transcripts(TRANSCRIPTS)), steps=steps, batch_tokens=batch_tokens)
    return BenchReport(
        bench="train",
        figures=[
            Figure(name="critic training", value=speeds.cached, unit="tokens/s"),
            Figure(name="reading the trunk's states, once", value=speeds.caching, unit="tokens/s"),
            at_least(
                "critic training against a trunk run each step",
                speeds.cached / speeds.frozen,
                "x",
                bar=2.0,
                baseline=speeds.frozen,
            ),
            at_least(
                "critic training against full fine-tuning of all layers",
                speeds.cached / speeds.full,
                "x",
                bar=6.0,
                baseline=speeds.full,
            ),
        ],
    )
