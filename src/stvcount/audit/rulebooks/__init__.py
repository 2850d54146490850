"""The rulebooks of this library's rule sets, one module for each, written from the texts.

They know nothing of `stvcount.rules`: a rule set names its rulebook, never the other way round.
"""
