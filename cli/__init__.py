"""The command line `tekhne`: a thin room that may call both processes and computes nothing itself."""
