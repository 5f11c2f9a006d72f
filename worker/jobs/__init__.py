"""Jobs: taking them from DBOS, performing them at least once, and taking over those of dead workers."""
