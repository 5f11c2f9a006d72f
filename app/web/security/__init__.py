"""Who may read, who may change something, and how much they may send. The headers are in `app/web/http.py`."""
