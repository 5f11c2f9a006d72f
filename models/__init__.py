"""The store: SQLAlchemy tables and closed enums, the one thing that web process and worker share.

Not neural networks: those live in `worker/network`. This room imports the standard library and SQLAlchemy only.
"""
