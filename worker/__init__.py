"""The worker process: everything that computes (drafting, executing, repairing, training). It never imports `app`."""
