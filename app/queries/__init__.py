"""Reading the store for pages: selects in, frozen rows out.

No HTTP, no markup and no statistics here; ORM objects stay inside.
"""
