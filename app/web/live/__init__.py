"""Server-sent events: what happens in jobs, as it happens, and from where a reader's connection was lost."""
