"""Papers in partitions on a Dask cluster: the record is the local one, to the byte.

`test_tellers` has the contract and every rule set on random elections; here is the cluster itself.
"""

from __future__ import annotations

import importlib
import logging
import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from test_naive import CASES
from test_tellers import different, in_parts, random_election, record

import stvcount
from stvcount import Election, ElectionError, FormatError, Lots, Papers
from stvcount.cli import main
from stvcount.election.stores import MOST_IN_MATRIX
from stvcount.tellers import dask

distributed: Any = (
    importlib.import_module("distributed")
    if os.environ.get("CI")
    else pytest.importorskip("distributed")
)
LOTS = Lots.seeded("dask")
NAMES = ["Ann", "Bob", "Cy", "Dee"]


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """A cluster of two workers in this process, which is that of the program."""
    started = distributed.Client(
        processes=False, n_workers=2, threads_per_worker=1, dashboard_address=":0"
    )
    with started as client:
        yield client


@pytest.fixture
def small_partitions(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    del client
    monkeypatch.setattr(dask, "PAPERS_IN_PARTITION", 40)


@pytest.mark.usefixtures("small_partitions")
@pytest.mark.parametrize(("rules", "options"), CASES)
def test_every_rule_set_counts_alike(rules: str, options: dict[str, Any]) -> None:
    most = stvcount.rules.get(rules).most_places or 3
    election = random_election(5, candidates=7, papers=100, places=min(most, 3))
    election = election.set_aside(3).set_aside(90)
    plain = record(election, "plain", rules, options)
    assert record(election, "dask", rules, options) == plain


@pytest.mark.usefixtures("small_partitions")
def test_preferences_by_number_in_many_partitions() -> None:
    papers = random_election(6, candidates=9, papers=150).papers
    tellers = [stvcount.tellers.make(name, papers) for name in ("dask", "plain")]
    for number in range(1, 10):
        one, other = (dict(teller.preferences(number, {0, 2, 3, 7})) for teller in tellers)
        assert one == other


def test_papers_that_are_too_many_for_a_matrix() -> None:
    papers = Papers(["A", "B"], [((0,), MOST_IN_MATRIX), ((1,), 1)])
    with pytest.raises(ElectionError, match="teller: found dask for 9007199254740993 papers"):
        in_parts(papers)


# Data where it lies


def marked(rows: int) -> pd.DataFrame:
    """Papers with numbers against candidates, some of them spoilt."""
    kinds = [(1, 2, 3, 4), (2, 1, None, None), (None, None, 1, 2), (1, 1, 2, None), (3, None, 1, 5)]
    kinds += [(None, None, None, None), (4, 3, 2, 1)]
    frame = pd.DataFrame([kinds[(n * n + n // 5) % 7] for n in range(rows)], columns=NAMES)
    return frame.astype("Int64")


def named(rows: int) -> pd.DataFrame:
    """The same with names by preference and a number of papers for each row."""
    kinds = [("Ann", "Bob", "Cy"), ("Dee", None, None), ("Cy", "Dee", "Cy"), ("Bob", None, "Ann")]
    heads = ["1st choice", "2nd choice", "3rd choice"]
    frame = pd.DataFrame([kinds[(n + n // 3) % 4] for n in range(rows)], columns=heads)
    frame.insert(0, "papers", [n % 5 + 1 for n in range(rows)])
    return frame


def ordered(rows: int) -> pd.DataFrame:
    orders = ["Ann > Bob", "Bob > Cy > Dee", "Cy", "Dee > Ann", "Ann > Cy"]
    return pd.DataFrame({"Ranking": [orders[(n * 3 + n // 4) % 5] for n in range(rows)]})


def written(frame: pd.DataFrame, folder: Path, parts: int = 3) -> Path:
    folder.mkdir()
    step = -(-len(frame) // parts)
    for part in range(parts):
        frame[part * step : (part + 1) * step].to_parquet(folder / f"{part}.parquet", index=False)
    return folder


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize("frame", [marked(100), named(50), ordered(60)])
def test_a_folder_of_files_is_counted_where_it_lies(frame: pd.DataFrame, tmp_path: Path) -> None:
    folder = written(frame, tmp_path / "papers")
    here = stvcount.read(folder, places=2)
    afar = stvcount.read_partitioned(folder, places=2)
    assert isinstance(afar.papers.store, dask.Partitioned)
    assert afar == here
    assert afar.sources == here.sources
    assert (afar.papers.invalid, afar.papers.shortened) == (
        here.papers.invalid,
        here.papers.shortened,
    )
    assert list(afar.papers.groups()) == list(here.papers.groups())
    for one, other in [(here, afar), (changed(here), changed(afar))]:
        local = stvcount.count(one, lots=LOTS, teller="plain").to_json()
        assert stvcount.count(other, lots=LOTS, teller="dask").to_json() == local
        assert stvcount.count(other, lots=LOTS).to_json() == local
    again = stvcount.read_partitioned(f"{folder}/*.parquet", places=2, reading=here.reading)
    assert again.papers == here.papers


def changed(election: Election) -> Election:
    """Candidates in another order, papers of the first and last file set aside, one withdrawn."""
    names = list(reversed(election.candidates))
    papers = election.papers.for_candidates(names)
    moved = Election(places=1, candidates=names, papers=papers)
    return moved.set_aside(2).set_aside(moved.papers.total - 1).withdraw("Bob")


@pytest.mark.usefixtures("client")
def test_no_column_travels_where_accents_are_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = written(named(30).replace({"Ann": "Ois\xc3\xadn"}), tmp_path / "papers")
    here = stvcount.read(folder, places=1, mend_accents=True)
    assert "Ois\xedn" in here.candidates
    monkeypatch.delattr("stvcount.formats.partitioned._Afar.tolist")
    assert stvcount.read_partitioned(folder, places=1, mend_accents=True) == here


@pytest.mark.usefixtures("client")
def test_a_folder_of_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(marked(30), tmp_path / "table")
    monkeypatch.chdir(tmp_path)
    assert stvcount.read_partitioned("table", places=1) == stvcount.read("table", places=1)


@pytest.mark.usefixtures("client")
def test_a_file_with_as_many_papers_as_a_matrix_may_hold(tmp_path: Path) -> None:
    frame = named(10).assign(papers=MOST_IN_MATRIX)
    with pytest.raises(FormatError, match=r"found \d+ papers in .*\d\.parquet; expected fewer"):
        stvcount.read_partitioned(written(frame, tmp_path / "papers"), places=1)


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize(
    ("frame", "options"),
    [
        (marked(90).astype(object).set_axis(range(90)).replace({5: "first?"}), {}),
        (named(40).replace({"Dee": "Dea"}), {"candidates": NAMES}),
        (named(30).assign(papers=[*[1] * 20, 0, *[2] * 9]), {"weights": "papers"}),
        (marked(20), {"header_row": 9}),
        (marked(20), {"places": None}),
    ],
)
def test_faults_are_those_of_reading_here(
    frame: pd.DataFrame, options: dict[str, Any], tmp_path: Path
) -> None:
    folder = written(frame.astype("string"), tmp_path / "papers")
    given: dict[str, Any] = {"places": 1, **options}
    with pytest.raises(FormatError) as here:
        stvcount.read(folder, **given)
    with pytest.raises(FormatError) as afar:
        stvcount.read_partitioned(folder, **given)
    assert str(afar.value) == str(here.value)
    assert afar.value.faults == here.value.faults


@pytest.mark.usefixtures("client")
def test_files_that_cannot_be_parts_of_one_table(tmp_path: Path) -> None:
    folder = written(marked(30), tmp_path / "papers")
    marked(3).rename(columns={"Cy": "Cyd"}).to_parquet(folder / "9.parquet")
    for read in (stvcount.read, stvcount.read_partitioned):
        with pytest.raises(FormatError, match=r"9\.parquet: found the columns 'Ann', 'Bob', 'Cyd'"):
            read(folder, places=1)
        (folder / "a.txt").touch()
        with pytest.raises(FormatError, match=r"found 'a\.txt' among the files; expected Parq"):
            read(f"{folder}/*", places=1)
        (folder / "a.txt").unlink()
        with pytest.raises(FormatError, match=r"nobody/\*: found No such file"):
            read(f"{tmp_path}/nobody/*", places=1)
        with pytest.raises(FormatError, match="Is a directory"):
            read(tmp_path, places=1)
    with pytest.raises(FormatError, match=r"found the format 'csv'; expected 'parquet'"):
        stvcount.read(folder, places=1, format="csv")
    (folder / "9.parquet").write_bytes(b"PAR1 no PAR1")
    with pytest.raises(FormatError, match=r"9\.parquet: found a file that cannot be read"):
        stvcount.read_partitioned(folder, places=1)


@pytest.mark.usefixtures("client")
def test_what_only_papers_in_memory_can_be(tmp_path: Path) -> None:
    folder = written(marked(30), tmp_path / "papers")
    with pytest.raises(FormatError, match="found a row to be left out of partitions; expected"):
        stvcount.read_partitioned(folder, places=1, ignore_rows=[4])
    without = stvcount.read(folder, places=1, ignore_rows=[4]).reading
    with pytest.raises(FormatError, match="found a row to be left out of partitions; expected"):
        stvcount.read_partitioned(folder, places=1, reading=without)
    long = pd.DataFrame({"voter": [1, 1, 2, 2], "candidate": ["A", "B"] * 2, "rank": [1, 2, 2, 1]})
    assert stvcount.read(written(long, tmp_path / "long", 2), places=1).papers.total == 2
    with pytest.raises(FormatError, match="found a row for each preference; expected one"):
        stvcount.read_partitioned(tmp_path / "long", places=1)
    below = pd.DataFrame({"a": ["Ann", "1", "2", "1"], "b": ["Bob", "2", "1", None]})
    headed = written(below, tmp_path / "headed", 2)
    assert stvcount.read(headed, places=1, header_row=1).papers.total == 3
    with pytest.raises(FormatError, match="found headings in a row of partitions; expected them"):
        stvcount.read_partitioned(headed, places=1, header_row=1)
    with pytest.raises(ElectionError, match="papers: found 7; expected Parquet files or a Dask"):
        stvcount.read_partitioned(7, places=1)


class Frame:
    """What gives partitions, as a Dask data frame does."""

    def __init__(self, parts: list[pd.DataFrame]) -> None:
        self.parts = parts

    def to_delayed(self) -> list[Any]:
        delayed = importlib.import_module("dask").delayed
        return [delayed(part) for part in self.parts]


@pytest.mark.usefixtures("client")
def test_a_data_frame_in_partitions() -> None:
    frame = marked(90)
    parts = Frame([frame[:40], frame[40:40], frame[40:]])
    afar = stvcount.read_partitioned(parts, places=2, title="T")
    here = stvcount.from_table(frame, places=2, title="T")
    counted = stvcount.count(afar, teller="dask", lots=LOTS)
    assert counted.to_json() == stvcount.count(here, lots=LOTS).to_json()
    with pytest.raises(ElectionError, match=r"row 1, column 'Ann': found True; expected a text"):
        stvcount.read_partitioned(Frame([frame.assign(Ann=True)]), places=1)


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize("frame", [marked(40), named(40), ordered(40)])
def test_columns_of_objects_in_partitions(frame: pd.DataFrame) -> None:
    objects = frame.astype(object)
    parts = Frame([objects[:0], objects[:9], objects[9:]])
    afar = stvcount.read_partitioned(parts, places=1)
    assert afar.papers == stvcount.from_table(frame, places=1).papers


@pytest.mark.usefixtures("client")
def test_the_command(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "disable", lambda level: None)
    folder = written(marked(90), tmp_path / "papers")
    asked = ["--places", "2", "--lots", "seed:x", "--format", "json"]
    results = []
    for more in ([], ["--teller", "dask"]):
        assert main(["count", f"{folder}/*.parquet", *asked, *more]) == 0
        results.append(capfd.readouterr().out)
    assert results[0] == results[1]
    counted = tmp_path / "record.json"
    counted.write_text(results[0])
    assert main(["verify", str(counted), str(folder), "--teller", "dask"]) == 0
    blt = tmp_path / "x.blt"
    stvcount.write(stvcount.read(folder, places=2), blt)
    assert main(["count", str(blt), "--teller", "dask", "--lots", "seed:x"]) == 0
    capfd.readouterr()
    assert main(["count", str(folder), *asked, "--scheduler", "tcp://127.0.0.1:1"]) == 2
    assert capfd.readouterr().err == (
        "stvcount: --scheduler: found it with --teller auto; expected --teller dask\n"
    )


# Clusters that are not there


@pytest.mark.usefixtures("client")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_no_scheduler_and_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask, "WAIT", "200ms")
    for address in ("tcp://127.0.0.1:1", "nonsense://x"):
        with pytest.raises(ElectionError, match=rf"scheduler: found nobody at '{address}'; expec"):
            dask.connected(address)
    empty = distributed.LocalCluster(processes=False, n_workers=0, dashboard_address=":0")
    with empty, pytest.raises(ElectionError, match=r"scheduler: found no worker at '.*'; expected"):
        dask.connected(empty.scheduler_address)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ElectionError, match=r"teller: found no Dask .* pip install 'stvcount\[das"):
        stvcount.count(different(5), places=1, teller="dask")


class KilledWorker(Exception):
    """As Dask calls the error of a task whose workers were lost, one after the other."""


def test_workers_that_are_lost_again_and_again() -> None:
    class Loses:
        def map(self, *_: Any, **__: Any) -> Any:
            raise KilledWorker

    with pytest.raises(ElectionError, match="teller: found the worker of one partition lost again"):
        dask.Partitioned.of(different(5), dask.Cluster(Loses()))


def test_a_worker_killed_in_the_middle_and_then_the_scheduler_lost(tmp_path: Path) -> None:
    stvcount.write(random_election(5, candidates=8, papers=120), tmp_path / "whole.parquet")
    folder = written(pd.read_parquet(tmp_path / "whole.parquet"), tmp_path / "papers", 4)
    local = stvcount.count(stvcount.read(folder, places=1), lots=LOTS)
    assert len(local.stages) > 2
    with dask.local_client(2) as client, client.cluster:
        election = stvcount.read_partitioned(folder, places=1)
        counting = stvcount.stages(election, lots=LOTS, teller="dask")
        next(counting)
        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
        for _ in counting:
            pass
        assert counting.record.to_json() == local.to_json()
        counting = stvcount.stages(election, lots=LOTS, teller="dask")
        next(counting)
        client.cluster.close()
        with pytest.raises(
            ElectionError, match=r"teller: found the Dask scheduler lost \(.*\); ex"
        ):
            next(counting)


@pytest.mark.usefixtures("client")
def test_nothing_that_lies_beside_the_files_of_a_folder_is_passed_over(tmp_path: Path) -> None:
    folder = written(marked(30), tmp_path / "papers")
    (folder / "_SUCCESS").touch()
    (folder / ".0.parquet.crc").touch()
    for read in (stvcount.read, stvcount.read_partitioned):
        assert read(folder, places=1).papers.total == 30
    written(marked(20), folder / "late", 2)
    (folder / "late.csv").touch()
    for read in (stvcount.read, stvcount.read_partitioned):
        with pytest.raises(FormatError, match=r"found 'late\.csv', 'late/' among") as refused:
            read(folder, places=1)
        alone, too = re.findall(r"[^\s(]+/\*\.parquet", str(refused.value))
        assert read(alone, places=1).papers.total == 30
        assert read(too, places=1).papers.total == 50
