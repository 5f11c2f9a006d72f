"""`tekhne bench NAME`: every benchmark, in one shape. A benchmark is a module with `measure(...) -> BenchReport`."""
