"""Collecting transcripts: attempts that fail, a teacher's lesson for each, and the ruler's verdict on the lesson.

In: problems, a source of attempts, a teacher, a judge, and a place to keep the result. Out: verified and rejected
transcripts. No network and no Go here: the caller passes in what uses them.
"""
