"""Making runs and steering them: specification, creation, pause, resume, cancel, delete. No computing."""
