"""Verifying files of completions, and problem sets: the code behind `tekhne verify` and `tekhne problems verify`.

It stands between file formats and the judge. Nothing here prints: the command line does.
"""
