"""What one rating costs as a study grows: storing it, and finding the rater's next claim.

    python benchmarks/rating_cost.py [--claims 270 20000 100000] [--database postgresql://…]

For each size a study is made with so many claims and a few ratings of each; then one rater gives `--acts` further
ratings, each followed by the next claim: as the study stores and finds them, and as the app does it, from what a
browser posts to all that the page shows. Prints p50 and p95 in milliseconds and, for the p50, its ratio to that of the
smallest study.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from annotate_study import CLIPS, write_clip

from annotate_app.rating_submission import submit_rating
from annotate_app.served_study import ServedStudy
from referee_calib.records import Claim, Rating
from referee_calib.study import Study, owns, place_of, worklist

RATERS = 4


def main() -> None:
    options = _options()
    first: dict[str, float] = {}
    print(f"{'claims':>8} {'step':<22} {'p50 ms':>8} {'p95 ms':>8} {'ratio':>6}")
    for number in options.claims:
        folder = Path(tempfile.mkdtemp(prefix="rating-cost-"))
        try:
            study = _study(folder / "study", number, options.database)
            for step, times in _measure(study, options.acts).items():
                middle = statistics.median(times)
                late = statistics.quantiles(times, n=20)[-1]
                ratio = middle / first.setdefault(step, middle)
                print(f"{number:>8} {step:<22} {middle:>8.2f} {late:>8.2f} {ratio:>6.2f}")
        finally:
            shutil.rmtree(folder)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, nargs="+", default=[270, 20_000, 100_000])
    parser.add_argument("--acts", type=int, default=100)
    parser.add_argument("--database", default="", help="URL of a PostgreSQL database; SQLite by default")
    return parser.parse_args()


def _study(folder: Path, number: int, database: str) -> Study:
    study = Study.create(folder, database=database)
    for clip in range(CLIPS):
        write_clip(study.media / f"clip{clip}.mp4", clip)
    box = (0.5, 0.1, 0.2, 0.3, 0.4)
    claims = [
        Claim(video=f"clip{k % CLIPS}.mp4", question="Where?", object="ball", boxes=(box,), index=k)
        for k in range(number)
    ]
    study.add_claims(claims)
    for rater in range(RATERS):
        study.add_rater(f"rater {rater}")
    study.add_rater("measured")
    given = [
        Rating(claim=one.id, rater=f"rater {rater}", dimension=name, level=3, nonce=f"{one.id} {rater}")
        for rater in range(RATERS)
        for one in claims[:: max(1, number // 5000)]
        for name in one.dimensions
    ]
    study.add_ratings(given)
    return study


def _measure(study: Study, acts: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {"store a rating": [], "find the next claim": []}
    for number in range(acts + 5):
        item = _timed(times["find the next claim"], lambda: _next(study))
        claim = study.claims([item.claim])[0]
        _timed(
            times["store a rating"], lambda claim=claim, item=item, number=number: _store(study, claim, item, number)
        )
    times |= _measure_app(ServedStudy(study.folder), acts)
    return {step: found[5:] for step, found in times.items()}  # the first ones fill caches


def _measure_app(served: ServedStudy, acts: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {"app: take a rating": [], "app: show a claim": []}
    for number in range(acts + 5):
        card = _timed(times["app: show a claim"], lambda: _card(served))
        _timed(times["app: take a rating"], lambda card=card, number=number: _submit(served, card, number))
    return times


def _card(served: ServedStudy) -> dict[str, Any]:
    with served.study.view():
        work = worklist(served.study, "measured")
        work.progress()
        card = served.card("measured", work)
    assert card is not None
    return card


def _submit(served: ServedStudy, card: dict[str, Any], number: int) -> None:
    entered = {"levels": {one["dimension"]: 2 for one in card["scales"]}, "seconds": 9.0, "watched": 1.0}
    shown = {name: card[name] for name in ("study", "rater", "claim", "rubric")}
    with served.study.view():
        assert submit_rating(served, "measured", {**shown, **entered, "act": f"app-act-{number}"}).new


def _next(study: Study) -> Any:
    work = worklist(study, "measured")
    work.progress()
    item = work.next()
    work.place(item.key), work.before(item.key), work.after(item.key)
    study.ratings_of("measured", item.claim, item.occasion)
    return item


def _store(study: Study, claim: Claim, item: Any, number: int) -> None:
    assert owns(study, "measured", item.key)
    common = {"claim": claim.id, "rater": "measured", "order": place_of(study, "measured", item.key)}
    ratings = [Rating(dimension=name, level=2, nonce=f"act-{number}", **common) for name in claim.dimensions]
    study.add_ratings(ratings)


def _timed(times: list[float], act: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    result = act()
    times.append((time.perf_counter() - start) * 1000)
    return result


if __name__ == "__main__":
    main()
