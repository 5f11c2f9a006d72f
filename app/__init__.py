"""The web process: it reads the store, renders pages and enqueues jobs. It never runs Go and never loads torch."""
