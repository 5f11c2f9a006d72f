"""Jobs: taking them from DBOS, doing them at least once, and taking over those of dead workers."""
