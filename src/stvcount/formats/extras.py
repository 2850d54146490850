"""Libraries that come with an extra of the installation, loaded when they are first needed."""

from __future__ import annotations

import importlib
from typing import Any

from stvcount.errors import ElectionError

__all__ = ["extra"]


def extra(module: str, name: str) -> Any:
    """The module that comes with the extra `name`.

    Raises `ElectionError`, saying what to install, where it is missing.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        library = module.partition(".")[0]
        raise ElectionError(
            f"found no {library}, which this format needs; "
            f"expected it to be installed: pip install 'stvcount[{name}]'"
        ) from error
