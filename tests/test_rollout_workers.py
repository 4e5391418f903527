"""Long files of replies are read by several processes; what comes out is what one process reads."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from referee_calib.claims import ReadingOptions, Rollout
from referee_calib.rollout_files import PlacedRollout, ReplyWorkers, reply_workers

SAMPLE = Path(__file__).parent.parent / "data/sample_study/rollouts.jsonl"
PARTS = {"video": "groundinggpt.mp4", "completion": "It rolls within {0.25,0.50}.", "box_unit": "0-1"}


@pytest.fixture(scope="module")
def replies() -> list[PlacedRollout]:
    """The sample's replies, and some that are awkward: no words, a unit that is none, half a surrogate."""
    rows: list[dict[str, Any]] = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    made = [rows[0] | odd for odd in ({"completion": ""}, {"completion": "\ud800<obj>"}, PARTS)]
    rollouts = [Rollout.from_json(row | {"rollout": f"r{k}"}, "here") for k, row in enumerate([*rows, *made])]
    wrong = Rollout(rollout="w", video="a.mp4", question="q", completion="<box>[1,2,3,4]</box>", box_unit="cubits")
    return [PlacedRollout(f"f line {k}", one) for k, one in enumerate([*rollouts, wrong])]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the workers begin with the first reply."""
    monkeypatch.setattr(reply_workers, "HERE_FIRST", 0)
    monkeypatch.setattr(reply_workers, "PIECE", 20)


def all_of(found: Iterator[Any]) -> list[Any]:
    return [(reply.place, *read[1:], str(read.error)) for reply, read in found]


def test_workers_read_what_one_process_reads_in_order(replies: list[PlacedRollout], at_once: None) -> None:
    with (
        ReplyWorkers(ReadingOptions(), lambda _: 8.0, workers=1) as alone,
        ReplyWorkers(ReadingOptions(), lambda _: 8.0, workers=2) as several,
    ):
        expected = all_of(alone.read(replies))
        assert alone.processes == []
        assert all_of(several.read(replies)) == expected
        assert len(several.processes) == 2
    assert "cubits" in expected[-1][-1]
    assert expected[-2][2] == ("groundinggpt",)  # its times are parts of the length, which no worker knows
    assert [one.poll() is not None for one in several.processes] == [True, True]


def test_a_worker_that_dies_costs_no_reply(replies: list[PlacedRollout], at_once: None) -> None:
    with ReplyWorkers(ReadingOptions(), lambda _: 8.0, workers=2) as workers:
        found = workers.read(replies)
        seen = [next(found)]
        for one in workers.processes:
            os.kill(one.pid, signal.SIGKILL)
            one.wait()
        seen += found
    assert [reply.place for reply, _ in seen] == [one.place for one in replies]
    assert sum(len(read.claims) for _, read in seen) == sum(
        len(read.claims) for _, read in ReplyWorkers(ReadingOptions(), lambda _: 8.0, workers=1).read(replies)
    )


def test_a_short_file_and_one_that_asks_for_lengths_start_no_worker(
    replies: list[PlacedRollout], monkeypatch: pytest.MonkeyPatch
) -> None:
    with ReplyWorkers(ReadingOptions(), lambda _: 8.0, workers=2) as workers:
        assert len(list(workers.read(replies[:50]))) == 50
        assert workers.processes == []
    monkeypatch.setattr(reply_workers, "HERE_FIRST", 1)
    asks = [one for one in replies if one.rollout.video == PARTS["video"]]
    with ReplyWorkers(ReadingOptions(), lambda _: 8.0, workers=2) as workers:
        assert len(list(workers.read([*asks, *replies[:50]]))) == 51
        assert workers.processes == []


def test_who_stops_in_the_middle_leaves_no_process_behind(replies: list[PlacedRollout], at_once: None) -> None:
    with pytest.raises(KeyboardInterrupt), ReplyWorkers(ReadingOptions(), lambda _: None, workers=2) as workers:
        stop_at(workers.read(replies), 3)
    assert len(workers.processes) == 2
    assert all(one.poll() is not None for one in workers.processes)


def stop_at(found: Iterator[Any], count: int) -> None:
    for _ in range(count):
        next(found)
    raise KeyboardInterrupt
