"""Claims drawn for their kind: they speak for it in the verdict, and for nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from helpers_judgements import REFEREE, ratings_of, scores_of
from helpers_verdict import run

from referee_calib.analysis import analyse
from referee_calib.records import Claim
from referee_calib.study import Study

N, VIDEOS = 400, 40


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """400 claims, one in 20 with a small box, on which the referee always says 2; 120 drawn, and further small ones."""
    folder = tmp_path_factory.mktemp("kinds") / "study"
    dice = np.random.default_rng(4)
    sides = [0.1 if i % 20 == 0 else 0.4 for i in range(N)]
    claims = [
        Claim(
            video=f"v{(7 * i + i // 20) % VIDEOS}.mp4",
            question="?",
            object=f"o{i}",
            boxes=((1.0, 0.1, 0.1, 0.1 + s, 0.1 + s),),
        )
        for i, s in enumerate(sides)
    ]
    truth = np.where(dice.random(N) < 0.3, 0.2, 2.9) + dice.normal(0, 1, N)
    seen = np.clip(np.rint(truth[:, None] + dice.normal(0, 0.5, (N, 4))), 0, 4)
    seen[np.array(sides) < 0.2, 3] = 2
    with Study.create(folder, name="Kinds") as made:
        made.add_claims(claims)
        for j in range(3):
            made.add_rater(f"p{j}")
        made.add_referee(REFEREE, {"name": "made"})
        made.add_scores(scores_of(claims, seen[:, 3]))
    done = run("sample", folder, "--claims", 120, "--per-kind", 20)
    assert done.exit_code == 0, done.output
    assert "of them for kinds that are rare" in done.stdout
    with Study.open(folder) as made:
        drawn = made.claims(sampled=True)
        place = {claim.id: i for i, claim in enumerate(claims)}
        made.add_ratings(ratings_of(drawn, seen[[place[one.id] for one in drawn], :3].astype(int)))
        yield made


def test_further_claims_enter_their_kind_and_nothing_else(study):
    drawn = study.claims(sampled=True)
    further = len(drawn) - 120
    assert further > 10  # about 6 of the 20 small ones are among 120 of 400
    found = analyse(study, rewards=False)
    (part,) = found.dimensions[:1]
    assert part.counts.matched == 120
    kinds = {row.value: row for row in part.slices}
    assert kinds["small"].n_claims == 20
    assert kinds["small"].n_claims + kinds["large"].n_claims == 120 + further
    assert part.tail.n_units == 120 + further
    (excluded,) = [row for row in found.losses if row.what == "claim drawn for its kind"]
    assert len(excluded.names) == further
    assert found.draw.kind == "drawn"
    held = next(check for check in found.verdict.checks if check.threshold == "slice_loss")
    assert (held.worst, held.state != "pass") == ("small boxes", True)
    assert not any("small boxes on relevance" in gap for gap in found.verdict.gaps)  # 20 claims: judged by itself


def test_a_draw_for_kinds_stands_in_the_study_file(study):
    config = Study.open(study.folder).config
    assert (config.sample_claims, config.sample_per_kind) == (120, 20)
    assert "per_kind = 20" in (study.folder / "study.toml").read_text()
