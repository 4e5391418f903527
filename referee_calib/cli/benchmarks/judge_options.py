"""The options that say which language model judges answers, and asking it."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common
from referee_calib.errors import InputError

if TYPE_CHECKING:
    from referee_calib.benchmark.vstar.evaluators.evaluation_rules import EvaluationRules
    from referee_calib.benchmark.vstar.result_file import ResultFile

_PATIENCE = 30.0  # seconds for which a judge that cannot be reached is waited for

_OPTIONS = (
    click.option("--judge", "urls", metavar="URL", multiple=True, help="Endpoint that judges answers without a score."),
    click.option("--judge-model", metavar="M", default="Qwen/Qwen2.5-72B-Instruct", help="Its model's name there."),
    click.option("--judge-prompt", type=click.Path(path_type=Path), metavar="FILE", help="Its prompt; else our own."),
    click.option("--judge-again", is_flag=True, help="Also judge answers that have a score."),
    click.option("--scored", type=click.Path(path_type=Path), metavar="DIR", help="Write the files with scores there."),
    click.option("--cache", metavar="FILE|none", help="Where the judge's replies are kept."),
)


@dataclass(frozen=True)
class JudgeOptions:
    """What a user said about the judge; without an address nobody is asked."""

    urls: tuple[str, ...]
    model: str
    prompt: Path | None
    again: bool
    scored: Path | None
    cache: str | None


def judge_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the options; they arrive as one argument, ``judge``, a :class:`JudgeOptions`."""

    @functools.wraps(command)
    def collected(*arguments: Any, **given: Any) -> Any:
        names = ("urls", "judge_model", "judge_prompt", "judge_again", "scored", "cache")
        judge = JudgeOptions(*(given.pop(name) for name in names))
        if not judge.urls and (judge.prompt or judge.again or judge.scored or judge.cache):
            raise InputError("options of a judge without --judge", "nobody is asked", "Type: --judge URL")
        return command(*arguments, judge=judge, **given)

    decorated: Callable[..., Any] = collected
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def judged_replies(
    file: ResultFile, rules: EvaluationRules, judge: JudgeOptions, *, quiet: bool
) -> tuple[Any, ...] | None:
    """Have a file's answers judged and keep the scores where asked to; None where there is no judge."""
    if not judge.urls:
        return None
    from referee_calib.benchmark.vstar.answer_judging import JudgePrompt, judge_answers, read_judge_prompt
    from referee_calib.referee import TextModel, open_cache

    prompt = JudgePrompt() if judge.prompt is None else read_judge_prompt(judge.prompt)
    model = TextModel(judge.urls, judge.model, rules.temperature, deadline=_PATIENCE)
    answered = sum(bool(item.get("answer_vqa")) for item in file.items)
    with common.progress(answered, "answers", quiet=quiet) as advance:
        found = judge_answers(file, model, prompt, again=judge.again, cache=open_cache(judge.cache), advance=advance)
    if found.n_failed and found.n_failed == found.n_asked:
        raise InputError(f"--judge {judge.urls[0]}", found.failures[0], "Look whether the server answers, and to whom.")
    if found.n_failed:
        told = f"the judge failed at {found.n_failed} of {common.counted(found.n_asked, 'answer')}"
        common.remark(f"{file.name}: {told}: {'; '.join(found.failures)}", quiet=quiet)
    if judge.scored is not None:
        _write_scored(judge.scored, file, found.replies, quiet=quiet)
    return found.replies


def _write_scored(folder: Path, file: ResultFile, replies: tuple[Any, ...], *, quiet: bool) -> None:
    from referee_calib.benchmark.vstar.answer_judging import scored_items
    from referee_calib.io import make_folder, write_bytes

    make_folder(folder)
    path = folder / f"{file.name.replace('/', '_')}.json"
    write_bytes(path, json.dumps(scored_items(file, replies), indent=1, ensure_ascii=False).encode())
    failed = any(item.get("answer_vqa") and reply is None for item, reply in zip(file.items, replies, strict=True))
    then = "what failed has none and is asked again" if failed else "the next run needs no judge"
    common.remark(f"Scores are in {path}; {then}.", quiet=quiet)
