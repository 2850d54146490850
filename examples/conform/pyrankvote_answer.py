"""Counts a BLT file with pyrankvote, and prints its rounds as stages in JSON.

stvcount conform --rules ers97 -- python pyrankvote_answer.py {blt}
"""

from __future__ import annotations

import json
import random
import sys

import pyrankvote
from read_blt import read_blt


def main(path: str) -> None:
    places, papers, names = read_blt(path)
    # It draws its ties by itself; with this it draws them alike each time.
    random.seed(0)
    people = [pyrankvote.Candidate(name) for name in names]
    ballots = [
        pyrankvote.Ballot(ranked_candidates=[people[one] for one in order])
        for order, number in papers
        for _ in range(number)
    ]
    found = pyrankvote.single_transferable_vote(people, ballots, number_of_seats=places)
    stages = []
    elected: set[str] = set()
    for one in found.rounds:
        now = {
            each.candidate.name
            for each in one.candidate_results
            if each.status == pyrankvote.helpers.CandidateStatus.Elected
        }
        votes = {
            each.candidate.name: f"{each.number_of_votes:.2f}" for each in one.candidate_results
        }
        stages.append({"votes": votes, "elected": sorted(now - elected)})
        elected |= now
    winners = [one.name for one in found.get_winners()]
    print(json.dumps({"elected": winners, "stages": stages}))


if __name__ == "__main__":
    main(sys.argv[1])
