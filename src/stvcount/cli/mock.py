"""The command for a mock count: an election to be counted by hand, into a folder."""

from __future__ import annotations

import argparse

from stvcount.cli import arguments, outputs, streams, terminal
from stvcount.cli.arguments import DONE


def add_mock(command: argparse.ArgumentParser) -> None:
    command.add_argument("--rules", metavar="ID", default="ers97", help="rule set (ers97)")
    arguments.add_options(command)
    command.add_argument("--papers", type=int, default=60, metavar="N", help="how many (60)")
    arguments.add_repeated(
        command,
        "--covers",
        "CLAUSE,...",
        "clauses that decisions of the count must cite, with commas between; may be repeated",
    )
    for name in ("--candidates", "--places"):
        command.add_argument(name, type=int, metavar="N", help="as the level has them, otherwise")
    command.add_argument(
        "--level", type=str.lower, default="medium", metavar="LEVEL", help="easy, medium or nasty"
    )
    command.add_argument(
        "--seed", metavar="TEXT", required=True, help="the text from which all is worked out"
    )
    command.add_argument(
        "--lots", metavar="LOTS", default="seeded", help="seeded (the usual), or first-listed"
    )
    command.add_argument(
        "--limit", type=int, default=2000, metavar="N", help="elections to try (2000)"
    )
    outputs.add_folder(command)


def mock(chosen: argparse.Namespace) -> int:
    from stvcount.testing.mock.mocking import FILES, mock_count

    outputs.check_folder(chosen, FILES)
    with terminal.progress("looking for an election"):
        found = mock_count(
            seed=chosen.seed,
            rules=arguments.rule_set_id(chosen.rules),
            papers=chosen.papers,
            covers=[one.strip() for given in chosen.covers for one in given.split(",")],
            candidates=chosen.candidates,
            places=chosen.places,
            level=chosen.level,
            lots=chosen.lots,
            options=arguments.options(chosen.option),
            limit=chosen.limit,
        )
    written = found.write(chosen.output, overwrite=chosen.force)
    streams.put("".join(f"{path}\n" for path in written))
    return DONE
