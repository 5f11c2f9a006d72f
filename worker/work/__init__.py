"""Collecting and training as a whole, each one function: from a specification to what the store holds afterwards.

Called by the jobs' handlers, the command line and investigations alike. Called again after a kill, they go on from what
was kept. `WorkProgress` hears how far they are, and can stop them.
"""
