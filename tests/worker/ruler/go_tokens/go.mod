module tekhne/tests/go_tokens

go 1.27
