"""AReaL's released wrapper, which runs a reward in processes of its own, with the documented function."""

from __future__ import annotations

import asyncio
import inspect
import logging
import math
import time
from typing import Any

import pytest
from helpers_trainer_docs import snippets
from released import load, stand_in
from sample_replies import FACTS, NOTHING, REPLY


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Any:
    stand_in(monkeypatch, {"areal": {}, "areal.api": {}, "areal.utils": {"logging": logging}})
    found = load(monkeypatch, "areal.api.reward_api", "areal/api/reward_api.py")
    yield found
    found.AsyncRewardWrapper._atexit_shutdown_all()


def missing(prompt: str, completions: str, **_row: Any) -> Any:
    """What the reply names: a function at the top of a module, for it is pickled."""
    if completions == "raise":
        raise RuntimeError("down")
    if completions == "late":
        time.sleep(1.0)
    return {"none": None, "nan": math.nan}.get(completions, 1.0)


def test_the_documented_wrapper_pays_each_reply(api, worth):
    names: dict[str, Any] = {}
    exec(snippets("AReaL")[0], names)

    async def both() -> list[float]:
        return await asyncio.gather(*(names["score"]("p", text, [1], [2], **FACTS) for text in (REPLY, NOTHING)))

    assert asyncio.run(both()) == pytest.approx([worth, 0.0])


def test_a_failed_reply_is_paid_the_column_on_failure(api, worth):
    names: dict[str, Any] = {}
    exec(snippets("AReaL")[0], names)
    assert asyncio.run(names["score"]("p", REPLY, [1], [2], video="swap.mp4", on_failure=0.25)) == 0.25


def test_what_a_failure_becomes(api):
    def score(text: str, **options: Any) -> Any:
        return asyncio.run(api.AsyncRewardWrapper(missing, max_workers=1, **options)("p", text))

    assert score("none") is None
    assert math.isnan(score("nan"))
    with pytest.raises(RuntimeError, match="down"):
        score("raise", max_retries=0)
    assert score("late", timeout_seconds=0.1, max_retries=1) == 0
    defaults = inspect.signature(api.AsyncRewardWrapper).parameters
    assert (defaults["timeout_seconds"].default, defaults["max_retries"].default) == (15, 3)
