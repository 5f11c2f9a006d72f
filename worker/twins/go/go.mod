module tekhne/twins

go 1.27
