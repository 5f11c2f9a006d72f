"""Investigations: following a recipe step by step, each step once. `performing.py` is the walk."""
