"""Verdicts, judged once: the ruler behind a cache of stored traces, and the only code that writes traces."""
