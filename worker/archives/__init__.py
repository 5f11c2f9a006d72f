"""Runs in files: archives of whole runs, and the results of other harnesses as runs of this store."""
