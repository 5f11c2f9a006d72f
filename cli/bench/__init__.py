"""`tekhne bench NAME`: every benchmark, in one shape. A bench is a module with `measure(...) -> BenchReport`."""
