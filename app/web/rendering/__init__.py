"""Turning frozen rows into markup: the template environment, Go colours, diffs, marks, numbers and times.

Nothing here reads the store or knows a route.
"""
