"""`python -m stvcount`: the command."""

import sys

from stvcount.cli import main

sys.exit(main())
