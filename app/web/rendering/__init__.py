"""Frozen rows to markup: template environment, highlighted Go, diffs, verdict marks, plots and text formats.

Nothing here reads the store or knows a route.
"""
