"""The transcript: `attempt → trace → reflection → revision`, as text, as tokens, and as rows of files and the store.

`format` is what critics read and write; `transcript` is the content of one transcript and its file. Nothing here runs
a network or Go.
"""
