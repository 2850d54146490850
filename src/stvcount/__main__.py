"""`python -m stvcount`: the command."""

from stvcount.cli import process

process()
