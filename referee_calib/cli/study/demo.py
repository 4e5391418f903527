"""``referee-calib demo``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common
from referee_calib.errors import InputError, StudyError

if TYPE_CHECKING:
    from referee_calib.referee import Referee
    from referee_calib.study import Study

STEPS = 6
REFEREE = "pixels"
# The small grid of perturbed claims; `referee-calib perturb` has all families and magnitudes.
REWARDS = ("semantic", "iou", "giou", "tiou", "open-o3-shipped", "open-o3-meant", "constant")
PERTURBED = (
    *("shift_x", "grow", "shrink", "background", "swapped_name", "wrong_time", "far_too_late", "box_grid"),
    *("span_late", "span_early", "wrong_span"),
)
MAGNITUDES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
MOST_MOVED = 96  # true claims of each kind, spread over the videos: about two in each
# Some of the probes, on some of the evidence; `referee-calib probe` has all.
PROBED = ("semantic", "open-o3-shipped", "iou")
PROBES = (
    *("whole_frame", "late_5", "late_30", "right_box_wrong_name", "vague_right", "injected_verdict", "grid_171"),
    *("duplicates_10", "shotgun_10", "coordinates_nan", "added_wrong", "added_true", "whole_video", "one_frame"),
)
MOST_PROBED = 14
YOU = "you"  # the rater under whose name a visitor tries the annotation app


@click.command(short_help="Run the whole way on the sample study.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("out/demo"), show_default=True, help="Folder.")
@common.options("seed", "json", "quiet")
def command(out: Path, seed: int, as_json: bool, quiet: bool) -> None:
    """Run the whole way on the sample study: import, score, compare, report. Takes less than a minute.

    The clips are drawn by this package and the ratings are simulated, so the report says nothing about
    people. Outside a checkout of the repository they are drawn first, which takes one or two minutes more.
    Typed again, it goes on where it stopped and uses what is there.

    \b
    Example:
      referee-calib demo --out out/demo
    """  # noqa: D301
    from referee_calib.report import build, write_report
    from referee_calib.report.printed_summary import summary_json

    steps = _Steps(quiet)
    steps.begin("the sample study: clips, rollouts, simulated ratings")
    source = sample_folder(out, quiet)
    with _study(out / "study", source) as study:
        steps.begin("reading claims from the rollouts, checking every video")
        claims, ratings = bring_in(study, source)
        steps.begin(f"the referee {REFEREE!r} looks at {common.counted(claims, 'claim')}")
        judged = score(study, quiet)
        steps.begin("perturbing evidence, sending exploit probes: what do rewards pay?")
        perturb(study, seed)
        probe(study, seed)
        steps.begin(f"comparing it with {common.counted(ratings, 'simulated rating')}")
        analysis = analyse_all(study, seed)
        steps.begin("drawing the report")
        report = build(analysis, study.rubric)
        page, data = write_report(report, out)
    steps.end()
    told = {"study": str(out / "study"), "scores": judged, **summary_json(report, page, data)}
    common.result(told, _text(report, out, page), as_json=as_json)


class _Steps:
    """Says on stderr which step begins, and how long the one before took."""

    def __init__(self, quiet: bool) -> None:
        self.quiet, self.number, self.began = quiet, 0, perf_counter()

    def begin(self, text: str) -> None:
        self.number += 1
        common.remark(f"[{self.number}/{STEPS}] {perf_counter() - self.began:5.1f} s  {text}", quiet=self.quiet)

    def end(self) -> None:
        common.remark(f"[done] {perf_counter() - self.began:4.1f} s", quiet=self.quiet)


def sample_folder(out: Path, quiet: bool = False) -> Path:
    """Return the sample study's folder: the checkout's own, or ``out/sample``, rendered now.

    A rendering that was cut off is done anew.
    """
    import referee_calib
    from referee_calib.study.study_config import CONFIG

    checkout = Path(referee_calib.__file__).resolve().parents[1] / "data" / "sample_study"
    if (checkout / CONFIG).is_file() and (checkout / "rollouts.jsonl").is_file():
        return checkout
    from referee_calib.sample.write_study import write_study

    rendered = out / "sample"
    if not (rendered / CONFIG).is_file():  # written last
        write_study(rendered, progress=lambda scenes: _shown([*scenes], quiet))
    return rendered


def _shown(scenes: Sequence[Any], quiet: bool) -> Iterator[Any]:
    with common.progress(len(scenes), "clips", quiet=quiet) as advance:
        for scene in scenes:
            yield scene
            advance(1)


def _study(folder: Path, source: Path) -> Study:
    """Open the demo's study, or make it; another study in its place is left alone."""
    from referee_calib.study import Study
    from referee_calib.study.study_config import CONFIG, read_config

    name = read_config(source).name
    if not (folder / CONFIG).exists():
        return Study.create(folder, name=name, simulated_ratings=True)
    study = Study.open(folder)
    if study.config.name != name:
        raise StudyError(
            f"{folder} holds the study {study.config.name!r}",
            "it is not the demo's",
            "Choose another folder: --out DIR",
        )
    return study


def bring_in(study: Study, source: Path) -> tuple[int, int]:
    """Import rollouts, videos and simulated ratings; what is there stays. Returns claims and ratings."""
    from referee_calib.study.intake import importing

    files = [source / "rollouts.jsonl", source / "ratings.jsonl"]
    try:
        importing.import_files(study, files, media=source / "media", add_raters=True)
    except InputError as error:
        raise StudyError(
            f"{study.folder}: {error.seen}",
            f"it does not fit the sample study ({error.why}); it may come from another version",
            "Choose another folder: --out DIR",
        ) from error
    counts = study.counts()
    return counts["claims"], counts["ratings"]


def _referee(study: Study) -> Referee:
    from referee_calib.referee import load_referee

    return load_referee(REFEREE, rubric=study.rubric, clock=study.config.clock)


def score(study: Study, quiet: bool) -> dict[str, int]:
    """Let the referee score what it has not scored yet; return how many scores of each status there are."""
    from referee_calib.study import referee_scoring

    referee = _referee(study)
    choice = referee_scoring.ScoringSelection()
    todo = {ask.claim.id for ask in referee_scoring.asks(study, referee.fingerprint, choice)}
    with common.progress(len(todo), "claims", quiet=quiet) as advance:
        return referee_scoring.run(study, referee, choice, progress=advance).statuses


def perturb(study: Study, seed: int) -> None:
    """Ask the demo's referee and the baselines about a small grid of perturbed claims; what is there is not redone."""
    from referee_calib.perturbation.harness.perturbation_run import PerturbationSettings, prepare_run, query_rewards
    from referee_calib.perturbation.perturbation_summary import write_run
    from referee_calib.perturbation.reward_loader import load_rewards

    settings = PerturbationSettings(families=PERTURBED, deltas=MAGNITUDES, seed=seed, limit=MOST_MOVED)
    rewards = load_rewards(REWARDS, study.media, [(REFEREE, lambda: _referee(study))])
    prepared = prepare_run(study, settings)
    write_run(study, prepared, query_rewards(study, prepared, rewards, settings), rewards, settings)


def probe(study: Study, seed: int) -> None:
    """Put some exploit probes to the demo's referee and two baselines; what is there is not redone."""
    from referee_calib.exploits.examined_reward import examined_rewards
    from referee_calib.exploits.exploit_summary import write_run
    from referee_calib.exploits.probe_run import ProbeResults, ProbeSettings, make_benches, run_probes
    from referee_calib.exploits.probes.probe_registry import select_probes
    from referee_calib.exploits.true_evidence import study_evidence
    from referee_calib.perturbation.reward_loader import load_rewards

    settings = ProbeSettings.of_study(study, seed=seed, n_resamples=1000)
    probes, evidence = select_probes(PROBES), study_evidence(study, limit=MOST_PROBED, seed=seed)
    makers = [(REFEREE, lambda: _referee(study))]
    rewards = examined_rewards(
        load_rewards(PROBED, study.media, makers), study.media, durations=evidence.facts.durations
    )
    benches, failed = make_benches(study, evidence, rewards, probes, settings)
    results = ProbeResults(run_probes(benches, probes, settings.thresholds), failed)
    write_run(study, evidence, results, rewards, probes, settings)


def analyse_all(study: Study, seed: int) -> Any:
    """Analyse the study with the demo's referee, whoever else has scored it meanwhile."""
    from referee_calib.analysis import analyse

    return analyse(study, referee=_referee(study).fingerprint, seed=seed)


def _text(report: Mapping[str, Any], out: Path, page: Path) -> str:
    head, verdict = report["headline"], report["verdict"]
    held = f"Verdict against the study's thresholds: {verdict['state']}. {verdict['sentence']}"
    lines = [head["sentence"], head["leniency"], held, head["simulated"]]
    return "\n".join(
        [
            *(line for line in lines if line),
            "",
            f"Report:       {page}",
            f"All numbers:  {page.with_suffix('.json')}",
            "",
            "Next, rate some claims yourself:",
            f"  referee-calib annotate {out / 'study'} --new-code {YOU}",
            "or begin with your own:",
            "  referee-calib init mystudy",
            "  referee-calib import mystudy rollouts.jsonl --media videos/",
        ]
    )
