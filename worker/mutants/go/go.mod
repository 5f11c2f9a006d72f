module tekhne/mutants

go 1.27
