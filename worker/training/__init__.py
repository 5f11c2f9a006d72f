"""Training: a base from Go source and problems, a critic from transcripts.

`base` and `critic` are the two recipes; `loop` runs either, `resume` survives a kill, `curves` keeps what was
learned when. Verdicts are not taken here: whether a model solves anything is the ruler's to say.
"""
