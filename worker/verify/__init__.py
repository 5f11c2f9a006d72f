"""Verifying files of completions and whole problem sets: reading, judging, caching, summing up.

Between the formats of peers and the ruler. Nothing here prints: the command line does.
"""
