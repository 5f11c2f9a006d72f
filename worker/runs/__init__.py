"""Runs as the worker does them: what is left to do, the loop that does it, results that are written once."""
