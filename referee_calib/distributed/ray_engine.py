"""Runs a referee over a file of claims in Ray Data actors, one referee an actor.

The claims are read and checked, brought together by video so that a video is decoded by one actor, and handed out in
batches. An actor judges a batch with the same function that scores a study, writes its scores as a file, and only then
reports the batch as done. Only counts travel back, so the driver's memory does not grow with the claims.
"""

from __future__ import annotations

import json
import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from referee_calib.distributed import claims_dataset, score_files
from referee_calib.errors import InputError, MissingExtra, RefereeCalibError
from referee_calib.io import make_folder
from referee_calib.records import STATUSES, Dimension
from referee_calib.referee import RefereeSpec, asks_about, make_referee
from referee_calib.rubric import Rubric, load

MOST_REASONS = 20  # of one batch's failures that are told; they travel to the driver


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringJob:
    """What is to be scored, by whom, and where the scores go.

    Attributes
    ----------
    claims : Path
        Parquet or JSON lines of claims, or a folder of such files.
    media : Path
        Folder of the videos; every machine must see it under this path.
    out : Path
        Folder of the scores; likewise.
    spec : RefereeSpec
    rubric : Rubric
    dimensions : sequence of {"relevance", "localization", "timing"}
        Only these; all of the rubric when empty.
    samples : int
        Repeats of every question.
    retry_failed : bool
        Ask again where the referee failed before.
    cache : str or None
        Where each machine keeps paid replies
        (:func:`~referee_calib.referee.cache.reply_cache.open_cache`); "none" for nowhere.
    """

    claims: Path
    media: Path
    out: Path
    spec: RefereeSpec
    rubric: Rubric = field(default_factory=load)
    dimensions: Sequence[Dimension] = ()
    samples: int = 1
    retry_failed: bool = False
    cache: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RayCluster:
    """How many actors work, and on what.

    Attributes
    ----------
    workers : int
        Actors.
    cpus, gpus : float
        Of each actor; one GPU for an offline engine, none for a client of servers.
    batch : int
        Claims that an actor gets at a time; a killed run loses at most the unfinished batches of its actors, of
        which the cache still holds the replies.
    address : str
        Of a running cluster ("auto", "ray://head:10001"); empty for one on this machine, started and ended here.
    """

    workers: int = 2
    cpus: float = 1.0
    gpus: float = 0.0
    batch: int = 256
    address: str = ""

    def __post_init__(self) -> None:
        if self.workers < 1 or self.batch < 1 or self.cpus < 0 or self.gpus < 0:
            raise InputError(f"{self}", "workers and batch are at least 1, CPUs and GPUs not negative")


@dataclass(frozen=True, slots=True)
class ScoringTotals:
    """What one run did.

    Attributes
    ----------
    claims : int
        Read from the file.
    known : int
        Scores that were there before.
    fingerprint : str
        Of the referee; empty when there was no claim.
    statuses : dict
        Scores of this run by status.
    reasons : dict
        The most frequent reason of each status without a level.
    """

    claims: int
    known: int
    fingerprint: str
    statuses: dict[str, int]
    reasons: dict[str, str] = field(default_factory=dict)


class ScoringActor:
    """One actor: a referee of its own, and what it knows to be done."""

    def __init__(self, job: ScoringJob) -> None:
        from referee_calib.referee import open_cache

        self.job = job
        self.referee = make_referee(job.spec, job.rubric)
        if self.referee.backend.cacheable:
            self.referee = replace(self.referee, cache=open_cache(job.cache))
        self.done = score_files.done(job.out, self.referee.fingerprint, retry_failed=job.retry_failed)

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[Any]]:
        """Judge one batch of claims, write the scores, and return the counts: one row."""
        claims = list({one.id: one for one in map(claims_dataset.claim, batch["record"])}.values())
        wanted = list(asks_about(claims, self.job.dimensions or self.job.rubric.dimensions, range(self.job.samples)))
        asks = [ask for ask in wanted if ask not in self.done]
        scores = list(self.referee.stream(asks, self.job.media, again=self.job.retry_failed))
        if scores:
            score_files.write(scores, self.job.out)
        statuses = Counter(one.status for one in scores)
        counts = {"claims": len(claims), "known": len(wanted) - len(asks)} | {name: statuses[name] for name in STATUSES}
        why = Counter((one.status, one.reason) for one in scores if one.status != "ok")
        told = {"fingerprint": [self.referee.fingerprint], "reasons": [json.dumps(why.most_common(MOST_REASONS))]}
        return told | {name: [count] for name, count in counts.items()}


def run(
    job: ScoringJob, cluster: RayCluster | None = None, *, progress: Callable[[int], None] | None = None
) -> ScoringTotals:
    """Score a file of claims; what is in the folder of scores already is not asked again.

    Parameters
    ----------
    job : ScoringJob
    cluster : RayCluster, optional
    progress : callable, optional
        Called with the number of claims of every batch that is done.

    Raises
    ------
    InputError
        When claims cannot be read (the first are named; nothing is asked then), the media folder is missing, the
        referee cannot be made or reached, or actors are not the same referee.
    MissingExtra
        Without Ray.
    """
    if not job.media.is_dir():
        raise InputError(f"media folder {job.media}", "there is no such folder", "Name it: --ray media=DIR")
    cluster = cluster or RayCluster()
    job = replace(job, spec=_resolved(job.spec, job.rubric, cluster))
    make_folder(job.out)
    with _started(cluster) as ray:
        rows = claims_dataset.dataset(ray, job.claims, blocks=4 * cluster.workers)
        judged = rows.map_batches(
            ScoringActor,
            fn_constructor_args=(job,),
            batch_size=cluster.batch,
            num_cpus=cluster.cpus,
            num_gpus=cluster.gpus,
            **_actors(ray, cluster.workers),
        )
        return _total(judged.iter_rows(), progress)


def _resolved(spec: RefereeSpec, rubric: Rubric, cluster: RayCluster) -> RefereeSpec:
    """Make the referee here first: what is wrong is said at once, and a server is asked only once what it can do."""
    try:
        made = make_referee(spec, rubric)
    except MissingExtra:
        if not cluster.address:
            raise
        return spec  # this machine only hands out the work
    return replace(spec.pinned(made.backend.settings()), prompt=made.prompt) if spec.urls else spec


def _total(batches: Iterator[dict[str, Any]], progress: Callable[[int], None] | None) -> ScoringTotals:
    counted: Counter[str] = Counter()
    why: dict[str, Counter[str]] = {}
    fingerprints = set()
    for row in batches:
        fingerprints.add(str(row.pop("fingerprint")))
        for (status, reason), count in json.loads(row.pop("reasons")):
            why.setdefault(status, Counter())[reason] += count
        counted.update({name: int(count) for name, count in row.items()})
        if progress is not None:
            progress(int(row["claims"]))
    if len(fingerprints) > 1:
        raise InputError(
            f"the actors are different referees: {', '.join(sorted(fingerprints))}",
            "versions or servers differ between machines",
            "Install the same versions everywhere; the files of scores carry these names.",
        )
    statuses: dict[str, int] = {name: counted[name] for name in STATUSES if counted[name]}
    reasons = {status: its.most_common(1)[0][0] for status, its in why.items()}
    return ScoringTotals(counted["claims"], counted["known"], next(iter(fingerprints), ""), statuses, reasons)


def _actors(ray: Any, workers: int) -> dict[str, Any]:
    strategy = getattr(ray.data, "ActorPoolStrategy", None)
    return {"concurrency": workers} if strategy is None else {"compute": strategy(size=workers)}


@contextmanager
def _started(cluster: RayCluster) -> Iterator[Any]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise MissingExtra("scoring with Ray", "ray") from error
    local = {"num_cpus": max(1, round(cluster.workers * cluster.cpus)) + 1, "include_dashboard": False}
    where: dict[str, Any] = {"address": cluster.address} if cluster.address else local
    theirs = ray.is_initialized()  # by a program that calls us: it also ends it
    try:
        if not theirs:
            ray.init(logging_level="ERROR", log_to_driver=False, **where)
    except ConnectionError as error:
        raise InputError(
            f"Ray cluster {cluster.address}", "it cannot be reached", "Start it: ray up cluster.yaml"
        ) from error
    _quiet(ray)
    try:
        yield ray
    except ray.exceptions.RayError as error:
        raise _own(error) from error
    finally:
        if not theirs:
            ray.shutdown()


def _quiet(ray: Any) -> None:
    ray.data.DataContext.get_current().enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)


def _own(error: Exception) -> Exception:
    """Return what our code raised inside an actor; Ray hands it on as the last line of a long text."""
    said = [line for line in str(error).splitlines() if line.startswith(RefereeCalibError.__module__ + ".")]
    return InputError(f"an actor stopped: {said[-1].partition(': ')[2]}") if said else error
