"""Training: a base from Go source and problems, a critic from transcripts.

`base` and `critic` are the two recipes; `loop` runs either, `resume` survives a kill, `folders` writes and reads what
a training leaves behind, and `registering` enters it into the store. Nothing here runs Go or judges programs.
"""
