"""Where the figures to match are, and how thorough the properties are."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

settings.register_profile(
    "suite",
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("long", parent=settings.get_profile("suite"), max_examples=3000)
# Each change of the code meets them anew: that one of them fails is enough, however large.
settings.register_profile(
    "mutation",
    parent=settings.get_profile("suite"),
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],
    report_multiple_bugs=False,
)
settings.load_profile(os.environ.get("STVCOUNT_PROFILE", "suite"))

# Hundreds of processes import the library here: the first compiles it for the others.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_collection_finish() -> None:
    """Look for rubbish seldom, and not among thousands of tests: it took a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of published figures and real ballot files that lies beside the project's own.

    It is not part of the project: without it, tests that need it are skipped, except where
    the environment says that they must run.
    """
    if not SHARED.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"no folder {SHARED}: these tests must run here")
        pytest.skip("the folder of published figures (shared/, beside the project) is not here")
    return SHARED
