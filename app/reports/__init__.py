"""Reports: pure statistics over samples, and the shapes in which they leave the house.

In: samples of arms as frozen rows or strips (`samples`). Out: a `Report` tree, and its JSON, Markdown and CSV.
No SQL, no HTTP and no templates here: `app/queries/report_inputs.py` reads the store. Every formula stands with
its source in its own module, and in words in docs/statistics.md.
"""
