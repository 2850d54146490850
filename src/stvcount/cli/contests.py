"""Every contest of a form, a workbook or a folder: the list to fill in, and the count of all."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import stvcount
from stvcount.cli import arguments, interrupts, outputs, streams, terminal
from stvcount.cli.arguments import DONE
from stvcount.cli.outputs import InputFile
from stvcount.errors import ElectionError, LotNeeded
from stvcount.formats.files import reason_of

_LISTS: Mapping[str, tuple[str, ...]] = {"csv": (".csv",), "toml": (".toml",)}
_SLIDE = "slide"


# The list


def add_contests(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "file", type=InputFile, metavar="FILE", help="a ballot file, or a folder of them"
    )
    arguments.add_reading(command)
    _add_list(command)
    outputs.add(command, _LISTS)


def _add_list(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--contests",
        type=InputFile,
        metavar="LIST",
        help="the list of contests; without it, the sheet Contests of a workbook, or contests.csv "
        "or contests.toml beside the file",
    )


def contests(chosen: argparse.Namespace) -> int:
    output = outputs.file(chosen)
    _refuse(chosen, ("title", *_OF_ONE_CONTEST), "a list of contests")
    found = _found(chosen)
    if chosen.places is not None:
        found = replace(found, entries=tuple(_with_places(one, chosen.places) for one in found))
    output.put(found.to_toml() if output.format == "toml" else found.to_csv())
    return DONE


def _with_places(entry: stvcount.ContestEntry, places: int) -> stvcount.ContestEntry:
    return entry if entry.places is not None else replace(entry, places=places)


def _found(chosen: argparse.Namespace) -> stvcount.ContestList:
    """The contests of the file, with notes on what is none of them."""
    with terminal.progress(f"reading {chosen.file}"):
        found = stvcount.contests(
            chosen.file, contest_list=chosen.contests, reading=_reading(chosen)
        )
    for line in found.notes:
        arguments.note(line)
    return found


def _reading(chosen: argparse.Namespace) -> Any:
    """The keywords for `stvcount.read` that all contests share."""
    given = arguments.reading(chosen)
    return {name: value for name, value in given.items() if name not in ("places", "title")}


# The counts


def add_all(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--all",
        action="store_true",
        help="count every question of a form, every sheet of a workbook, every ballot file of a "
        "folder; -o FOLDER gets a page for each, an index, slides, CSV and JSON",
    )
    command.add_argument(
        "--one-post",
        action="store_true",
        help="with --all: whoever is elected is passed over in later contests",
    )
    _add_list(command)


_OF_ONE_CONTEST = ("sheet", "question", "input_format")
_OF_ONE_COUNT = (*_OF_ONE_CONTEST, "more", "together", "withdraw", "set_aside")


def is_asked_for(chosen: argparse.Namespace) -> bool:
    """Whether all contests are to be counted. Refuses what only makes sense if they are."""
    for option in () if chosen.all else ("one_post", "contests"):
        if getattr(chosen, option):
            name = option.replace("_", "-")
            raise ElectionError(f"--{name}: found it without --all; expected both")
    return bool(chosen.all)


def count_all(chosen: argparse.Namespace) -> int:
    from stvcount.sheets import posts, slides

    _refuse(chosen, _OF_ONE_COUNT, "--all")
    _refuse_lots(chosen)
    if chosen.format not in (None, _SLIDE):
        expected = "none, as the folder gets every kind (or slide, for the slides alone)"
        raise ElectionError(f"--format {chosen.format}: found it with --all; expected {expected}")
    title = chosen.title or "Results"
    if chosen.format == _SLIDE:
        output = outputs.file(chosen)
        counted = _counted(chosen, _found(chosen))
        output.put(slides.slides(list(map(posts.post, counted)), title=title))
    else:
        counted = _into_folder(chosen, title)
    return arguments.status_of(counted)


def _into_folder(chosen: argparse.Namespace, title: str) -> list[stvcount.Counted]:
    from stvcount.counting.many import mapped
    from stvcount.sheets import html, site

    if chosen.output is None:
        raise ElectionError("--all: found no -o; expected a folder for the results (-o results)")
    found = _found(chosen)
    titles = [one.title for one in found if not one.skip]
    folder = outputs.folder(chosen, site.file_names(titles))
    # Whatever it needs that is not installed is told before anything is counted.
    html.template("index.html")
    counted = _counted(chosen, found)
    earlier = site.left_by(Path(folder.path)) if folder.overwrite else {}
    written = []
    with folder.apart() as apart:
        for name, content in site.files(counted, title=title, by=partial(mapped, jobs=chosen.jobs)):
            interrupts.check()
            apart.put(name, content)
            written.append(name)
        kept = set(written)
        # Before the list is replaced that says whose they are.
        _remove(path for path in earlier.items() if path[0].name not in kept)
        apart.move(written)
    return counted


def _remove(files: Iterable[tuple[Path, bool]]) -> None:
    """Remove what an earlier run wrote, and has no place in this one, as long as it is that."""
    for path, is_as_written in files:
        why = "it was changed"
        try:
            if is_as_written:
                path.unlink(missing_ok=True)
                continue
        except OSError as error:
            why = reason_of(error)
        arguments.note(f"{path}: an earlier run wrote it, but {why}: left there")


def _counted(chosen: argparse.Namespace, found: stvcount.ContestList) -> list[stvcount.Counted]:
    """What came of each contest, and what is to be said of it."""
    counted = []
    with terminal.progress("counting, contests", len(found)) as advance:
        for one in stvcount.count_all(
            found,
            places=chosen.places,
            reading=_reading(chosen),
            non_persons=chosen.non_person,
            persons=chosen.person,
            contest=arguments.contest(chosen),
            one_post=chosen.one_post,
            jobs=chosen.jobs,
            **arguments.rule_set(chosen),
        ):
            interrupts.check()
            counted.append(one)
            advance()
    for one in counted:
        for note in one.notes:
            streams.say(f"{one.name}: note: {note}")
        for line in _faults(one):
            streams.say(f"{one.name}: {line}")
    arguments.check_names_said(counted, chosen)
    return counted


def _faults(one: stvcount.Counted) -> Sequence[str]:
    if one.error is None:
        return ()
    if isinstance(one.error, LotNeeded):
        question = one.error.question
        return (
            f"found equal votes ({question}); expected a lot: {question.meaning} (write its name "
            "under Lots in the list of contests and count again; or --lots seed:TEXT)",
        )
    return str(one.error).split("\n")


def _refuse(chosen: argparse.Namespace, options: Sequence[str], where: str) -> None:
    for option in options:
        if getattr(chosen, option):
            name = "several files" if option == "more" else f"--{option.replace('_', '-')}"
            expected = "what differs among contests in a list of them"
            raise ElectionError(f"{name}: found it with {where}; expected {expected}")
    if chosen.reading is not None:
        raise ElectionError(f"--reading: found it with {where}; expected it with one contest")


def _refuse_lots(chosen: argparse.Namespace) -> None:
    for source in chosen.lots:
        if source == "ask" or source.startswith(("drawn:", "record:", "file:")):
            raise ElectionError(
                f"--lots {source}: found it with --all; expected names under Lots in the list of "
                "contests, or --lots seed:TEXT"
            )
