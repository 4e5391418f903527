"""What ``referee-calib score`` does: estimate, run, say what came of it; or look, export, read again."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common
from referee_calib.cli.interrupt import stoppable
from referee_calib.cli.referee.referee_options import referee_of
from referee_calib.errors import InputError

if TYPE_CHECKING:
    from referee_calib.records import RefereeScore
    from referee_calib.referee import Referee, RefereeSpec
    from referee_calib.referee.cost_estimate import CostEstimate
    from referee_calib.study import Study
    from referee_calib.study.referee_scoring import Choice, Scored

Options = Mapping[str, Any]


def choice_of(given: Options) -> Choice:
    """Return which scores the options ask for."""
    from referee_calib.study.referee_scoring import Choice

    samples = tuple(range(given["samples"])) if given["samples"] else (given["sample"] or 0,)
    return Choice(samples, tuple(given["dimensions"]), given["sampled"], given["retry_failed"], given["limit"])


def score(ctx: click.Context, study: Study, names: Sequence[str], options: Options, given: Options) -> None:
    """Score with one referee or several, one after the other, on the same claims."""
    if not study.counts()["claims"]:
        do = f"Add some: referee-calib import {study.folder} FILE"
        raise InputError(f"study {study.folder}", "it holds no claims", do)
    referees = _made(study, names, options)
    choice, quiet = choice_of(given), given["quiet"]
    if len({referee.fingerprint for referee in referees}) < len(referees):
        raise InputError(f"referees {', '.join(names)}", "two of them are one and the same", "Name each referee once.")
    take_over(study, [referee.fingerprint for referee in referees], quiet=quiet)
    costs = {referee.fingerprint: expected(study, referee, choice, quiet=quiet) for referee in referees}
    agree(ctx, [one for one in costs.values() if one is not None], yes=given["yes"])
    told = []
    with stoppable(quiet=quiet) as stop:
        for name, referee in zip(names, referees, strict=True):
            done = _run(study, referee, choice, stop, quiet=quiet)
            told.append(_told(study, referee, choice, done, costs[referee.fingerprint]))
            if in_vain(done.scores, done.failed):
                told[-1]["doctor"] = health_command(study.folder, name, options)
            if stop.is_set():
                break
    if len(referees) == 1:
        common.result(told[0], said(told[0]), as_json=given["as_json"])
    else:
        following = f"referee-calib report {study.folder} --compare {' '.join(one.fingerprint[:8] for one in referees)}"
        text = "\n".join([*map(said, told), f"Compare them: {following}"])
        common.result({"referees": told, "next": following}, text, as_json=given["as_json"])
    if any("doctor" in one for one in told):
        ctx.exit(2)


def health_command(folder: Path, name: str, options: Options) -> str:
    """Return the command that examines the referee of a run, as it would be typed."""
    words = ["referee-calib", "doctor", str(folder), "--referee", name]
    for option in ("base_url", "model", "revision", "prompt", "frames", "rung"):
        given = options.get(option) or ()
        for value in (given,) if isinstance(given, str) else given:
            words += [f"--{option.replace('_', '-')}", str(value)]
    return shlex.join(words)


def take_over(study: Study, fingerprints: Sequence[str], *, quiet: bool) -> None:
    """Store what a run with ``--engine ray`` paid for and was killed before it stored it."""
    folder = study.folder / "ray" / "scores"
    if not folder.is_dir():
        return
    from referee_calib.cli.referee.scoring_ray import store
    from referee_calib.errors import MissingExtra

    try:
        taken = sum(store(study, folder, fingerprint) for fingerprint in fingerprints)
    except MissingExtra as error:
        common.remark(f"scores of an earlier run with --engine ray stay in {folder}: {error}", quiet=quiet)
        return
    if taken:
        common.remark(f"stored {common.counted(taken, 'score')} of an earlier run with --engine ray", quiet=quiet)


def in_vain(scores: int, failed: Mapping[str, int]) -> bool:
    """Return whether a referee failed at everything it was asked; what it cannot judge at all is no failure."""
    return bool(set(failed) - {"unsupported"}) and sum(failed.values()) == scores


def _made(study: Study, names: Sequence[str], options: Options) -> list[Referee]:
    try:
        return [referee_of(name, options, study.folder, study.rubric) for name in names]
    except InputError as error:
        if len(names) == 1 or not any(options.values()):
            raise
        do = f"{error.do} With --compare, options go to every referee: what differs belongs into referees.toml."
        raise InputError(error.seen, error.why, do.strip()) from error


def expected(study: Study, referee: Referee, choice: Choice, *, quiet: bool) -> CostEstimate | None:
    """Estimate, and say, a run of a referee whose replies cost something."""
    from referee_calib.referee.cost_estimate import estimate_cost
    from referee_calib.study import referee_scoring

    if not getattr(referee.backend, "cacheable", False):
        return None
    spec = referee.spec
    found = estimate_cost(
        referee,
        referee_scoring.asks(study, referee.fingerprint, choice),
        study.media,
        before=_before(study, referee.fingerprint),
        prices=None if spec is None else spec.prices,
        concurrency=_at_once(spec),
        again=choice.retry_failed,
    )
    rung = referee.backend.settings().get("rung")
    common.remark(f"{referee.name}{f' (rung {rung})' if rung else ''}: {found}", quiet=quiet)
    return found


def _before(study: Study, fingerprint: str) -> Iterator[RefereeScore]:
    """Read the earlier scores only when they are looked at."""
    yield from study.scores(fingerprint)


def _at_once(spec: RefereeSpec | None) -> int:
    """Return over how many questions the time of a reply is shared; in this process that is counted already."""
    if spec is None:
        return 1
    return int(spec.options.get("concurrency", 64 if spec.backend == "openai" else 1))


def agree(ctx: click.Context, costs: Sequence[CostEstimate], *, yes: bool) -> None:
    """Ask on a terminal before money is spent."""
    priced = [one for one in costs if one.money and one.asked]
    if not priced or yes or not _somebody_sits_there():
        return
    if not click.confirm("Go on?", err=True):
        common.remark("Nothing was asked.")
        ctx.exit(1)


def _somebody_sits_there() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _run(study: Study, referee: Referee, choice: Choice, stop: Any, *, quiet: bool) -> Scored:
    from referee_calib.study import referee_scoring

    total = len({ask.claim.id for ask in referee_scoring.asks(study, referee.fingerprint, choice)})
    with _bar(total, quiet=quiet) as (advance, watch):
        return referee_scoring.run(study, referee, choice, progress=advance, watch=watch, stop=stop)


@contextmanager
def _bar(total: int, *, quiet: bool) -> Iterator[tuple[Callable[[int], None], Callable[[RefereeScore], None]]]:
    """Show claims, rate and time left, with the failures so far by status."""
    from collections import Counter

    from tqdm import tqdm
    from tqdm.contrib.logging import logging_redirect_tqdm

    failed: Counter[str] = Counter()
    hidden = quiet or not sys.stderr.isatty()
    with (
        tqdm(total=total, unit=" claims", disable=hidden, file=sys.stderr, dynamic_ncols=True) as bar,
        nullcontext() if hidden else logging_redirect_tqdm(),  # a warning stands above the bar, not behind it
    ):

        def advance(steps: int) -> None:
            bar.update(steps)

        def watch(one: RefereeScore) -> None:
            if one.status != "ok":
                failed[one.status] += 1
                bar.set_postfix_str(", ".join(f"{count} {status}" for status, count in failed.items()), refresh=False)

        yield advance, watch


def _told(study: Study, referee: Referee, choice: Choice, done: Scored, cost: CostEstimate | None) -> dict[str, Any]:
    sample = {"sample": choice.samples[0]} if len(choice.samples) == 1 else {"samples": len(choice.samples)}
    told = {"referee": referee.name, "fingerprint": referee.fingerprint, **sample, **asdict(done)}
    noise = study.referees()[referee.fingerprint].get("retest")
    return told | ({"retest": noise} if noise else {}) | ({"estimate": asdict(cost)} if cost else {})


def said(told: Mapping[str, Any]) -> str:
    """Return what a run did in words."""
    statuses = ", ".join(f"{count} {status}" for status, count in told["statuses"].items()) or "no scores"
    left = f"; {common.counted(told['left'], 'claim')} left" if told["left"] else ""
    lines = [
        f"Referee {told['referee']} ({told['fingerprint']}) judged {common.counted(told['claims'], 'claim')}; "
        f"stored now: {statuses}{left}."
    ]
    lines += why_failed(told["failed"], told["reasons"])
    if "doctor" in told:
        lines.append(f"  Nothing got a level. Can it be used at all? {told['doctor']}")
    lines += ask_again(told["failed"])
    lines += [
        f"  Retest noise on {name}: {one['sd']:.3f} levels (df {one['df']}, {one['claims']} claims)."
        for name, one in told.get("retest", {}).items()
    ]
    return "\n".join(lines)


def why_failed(failed: Mapping[str, int], reasons: Mapping[str, str]) -> list[str]:
    """Return a line per status without a level, with its most frequent reason."""
    return [f"  {failed[status]} {status}: {reason:.200}" for status, reason in reasons.items()]


def ask_again(failed: Mapping[str, int]) -> list[str]:
    """Return the line that says how failures are asked for again, if there are any."""
    again = "  To ask for these again, type the same command with --retry-failed."
    return [again] if set(failed) - {"unsupported"} else []


def dry_run(
    study: Study, names: Sequence[str], options: Options, choice: Choice, folder: Path, *, as_json: bool
) -> None:
    """Write the first questions as files; nobody is asked, not even for a referee's fingerprint."""
    from referee_calib.referee import Ask
    from referee_calib.referee.dry_run import MOST, write_first

    claims = study.claims(sampled=choice.only_sampled)[: choice.limit or MOST]
    written: list[Path] = []
    for name in names:
        referee = referee_of(name, options, study.folder, study.rubric, offline=True)
        wanted = [
            Ask(one, dimension)
            for one in claims
            for dimension in one.dimensions
            if not choice.dimensions or dimension in choice.dimensions
        ]
        into = folder if len(names) == 1 else folder / name.replace("/", "_").replace(":", "_")
        written += write_first(referee, wanted, study.media, into, most=len(wanted) if choice.limit else MOST)
    text = f"Wrote {common.counted(len(written), 'question')} to {folder}; nobody was asked."
    common.result({"folders": [str(one) for one in written]}, text, as_json=as_json)


def export(study: Study, name: str, options: Options, path: Path, *, as_json: bool) -> None:
    """Write the raw replies behind a referee's stored scores."""
    from referee_calib.study.raw_replies import export_replies

    fingerprint, referee = _stored(study, name, options)
    count = export_replies(study, fingerprint, path, referee)
    text = f"Wrote {count} replies of referee {fingerprint} to {path}."
    common.result({"replies": count, "referee": fingerprint, "file": str(path)}, text, as_json=as_json)


def reparse(study: Study, name: str, options: Options, *, as_json: bool) -> None:
    """Read the stored replies again with the parser of this version, set as the study's referees.toml says."""
    from referee_calib.referee import Parser
    from referee_calib.referee.registry import named_in
    from referee_calib.study.raw_replies import reread

    _, source = _stored(study, name, options)
    if source is None:
        raise InputError(f"referee {name}", "the study does not say what it was made of, so it cannot be read again")
    wanted = named_in(study.folder).get(source.name)
    parser = wanted.parser if wanted is not None else replace(source.parser, version=Parser().version)
    target = replace(source, parser=parser, spec=source.spec and replace(source.spec, parser=parser))
    done = reread(study, source, target)
    changes = ", ".join(f"{count} {what}" for what, count in done.changed.items()) or "nothing changed"
    text = f"Read {done.read} replies of {done.before} again, now {done.after}: {changes}."
    common.result(asdict(done), text, as_json=as_json)


def _stored(study: Study, name: str, options: Options) -> tuple[str, Referee | None]:
    """Find a referee of the study by its name or the beginning of its fingerprint, and make it again if possible."""
    from referee_calib import referee as referees
    from referee_calib.errors import RefereeCalibError

    known = study.referees()
    fitting = [one for one, about in known.items() if one.startswith(name) or about.get("name") == name]
    fitting = fitting or [one for one, about in known.items() if _kind(about) == name]
    if len(fitting) != 1:
        offered = ", ".join(_told_apart(one, known[one]) for one in fitting or known) or "none"
        why = "several referees of the study fit" if fitting else "the study knows no such referee"
        raise InputError(f"referee {name}", f"{why}; there are {offered}", "Give --referee FINGERPRINT")
    try:
        made = referees.rebuild_referee(known[fitting[0]], rubric=study.rubric, folder=study.folder, offline=True)
    except RefereeCalibError:
        return fitting[0], None
    told_parser = known[fitting[0]].get("parser", {})
    before = replace(made, parser=replace(made.parser, version=str(told_parser.get("version", made.parser.version))))
    if getattr(made.backend, "cacheable", False):
        before = replace(before, cache=referees.open_cache(options.get("cache")))
    return fitting[0], before if before.fingerprint == fitting[0] else None


def _told_apart(fingerprint: str, about: Mapping[str, Any]) -> str:
    """Name a referee with what sets readings of the same replies apart."""
    parser, prompt = (dict(about.get(part) or {}) for part in ("parser", "prompt"))
    more = {"prompt": prompt.get("name"), "parser": parser.get("version"), "least mass": parser.get("min_mass")}
    parts = [
        str(about.get("name", "unnamed")),
        *(f"{name} {value}" for name, value in more.items() if value is not None),
    ]
    return f"{fingerprint[:8]} ({', '.join(parts)})"


def _kind(about: Mapping[str, Any]) -> str:
    return str(dict(about.get("backend") or {}).get("backend", ""))
