"""`tekhne bench NAME`: the benchmarks. Each is a module with `measure(...) -> BenchReport`."""
