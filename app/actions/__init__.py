"""What people can do: create, start, pause, cancel and delete runs, re-run a problem, cancel a job, mark a transcript.

Plain functions, called by the pages, the API and the command line alike; outside the worker nothing else writes runs,
jobs and transcripts. They compute nothing: work is put into the queue.
"""
