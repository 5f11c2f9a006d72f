"""The worker process: everything that computes (drafting, executing, repairing, training); never imports `app`."""
