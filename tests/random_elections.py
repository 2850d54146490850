"""Random elections as files, with random choices of an officer, for the page and the command."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

NAMES = ("Ann Lee", "Bob Kay", "Cat Moss", "O'Neil, Dee", "Éva Nagy", "-Fay", "Gil=Ray")
OF_ONE_PLACE = ("ers-av", "aberdeen", "lsu-stv")
RULES = (None, "ers97", "lsu-atv", "scottish", "ni-stv")


def write(folder: Path, number: int) -> dict[str, Any]:
    """Write a ballot file into the folder, and return what an officer chooses for it."""
    chance = random.Random(number)
    names = chance.sample(NAMES, chance.randint(2, len(NAMES)))
    non_person = chance.choice((None, None, "RON"))
    names += [non_person] if non_person else []
    places = chance.choice((1, 1, 2, 3))
    orders = [
        chance.sample(names, chance.randint(1, len(names))) for _ in range(chance.randint(2, 40))
    ]
    suffix = chance.choice((".blt", ".csv"))
    path = folder / f"election {number}{suffix}"
    write_papers = _blt if suffix == ".blt" else _csv
    path.write_text(write_papers(names, orders, places), "utf-8")
    chosen: dict[str, Any] = {
        "files": [path.name],
        "reading": {"title": f"Contest {number}"} if chance.random() < 0.3 else {},
        "rules": chance.choice(OF_ONE_PLACE if places == 1 else RULES),
        "organisation": None,
        "persons": [non_person] if non_person and chance.random() < 0.3 else [],
        "contest": {"date": "9 March", "electorate": 100} if chance.random() < 0.3 else {},
    }
    if suffix == ".csv":
        chosen["reading"]["places"] = places
    if non_person and not chosen["persons"]:
        chosen["non_persons"] = [non_person]
    if chance.random() < 0.2:
        chosen |= {"rules": None, "organisation": chance.choice(("imperial", "scottish-council"))}
    if chance.random() < 0.3 and len(names) > 3:
        chosen["withdrawn"] = [[names[0], chance.choice(("", "withdrew 9 March"))]]
    if chance.random() < 0.3 and len(orders) > 3:
        chosen["set_aside"] = [[chance.randint(1, len(orders)), chance.choice(("", "torn"))]]
    if chance.random() < 0.2:
        chosen["seed"] = "drum 40213"
    return chosen


def _blt(names: list[str], orders: list[list[str]], places: int) -> str:
    papers = [" ".join(str(names.index(name) + 1) for name in order) for order in orders]
    lines = [f"{len(names)} {places}", *(f"1 {paper} 0" for paper in papers), "0"]
    return "\n".join([*lines, *(f'"{name}"' for name in names), '"Committee"', ""])


def _csv(names: list[str], orders: list[list[str]], _: int) -> str:
    heading = ",".join(f'"{name}"' for name in names)
    marks = [[order.index(name) + 1 if name in order else "" for name in names] for order in orders]
    return "\n".join([heading, *(",".join(map(str, row)) for row in marks), ""])
