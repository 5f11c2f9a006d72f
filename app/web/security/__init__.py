"""Who may come in, who may change something, and how much they may send. Markup and scripts: `app/web/headers.py`."""
