"""Memory cards: evidence from a model's own probabilities of whether it has seen a problem set.

In: a checkpoint and a set. Out: measures of each problem, and of generated control problems, in the store. What they
show is computed by `app.reports.memory_cards`.
"""
