"""The web process: reads the store, renders pages, enqueues jobs. It never runs Go and never loads torch."""
