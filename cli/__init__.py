"""The command line `tekhne`: one thin room that may call both processes, and computes nothing itself."""
