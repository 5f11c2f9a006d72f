"""Reports: pure statistics over samples, and their output as JSON, Markdown and tables.

In: samples of arms as frozen rows or strips (`sample_tables`). Out: a `Report` tree, its documents and its tables.
No SQL, no HTTP and no templates here: `app/queries/report_inputs.py` reads the store. Every formula is cited in its
own module and explained in docs/statistics.md.
"""
