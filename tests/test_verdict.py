"""Thresholds of study.toml and the verdict: intervals against limits, and what would be needed to tell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers_report import make_small, small_report
from helpers_verdict import make_study

from agreement import Estimate, Note, NoteCode, Ratings
from referee_calib.analysis import analyse
from referee_calib.analysis.failure_rate import effective_size, failure_rate
from referee_calib.analysis.human_agreement.alternative_annotator_check import alternative_annotator_test
from referee_calib.analysis.verdict import StudyVerdict, hold_thresholds
from referee_calib.errors import StudyError
from referee_calib.records import Claim, RefereeScore
from referee_calib.report import build, render_html
from referee_calib.report.document.verdict_document import checks
from referee_calib.rubric import load
from referee_calib.study import Study
from referee_calib.thresholds import REASONS, Thresholds, read

SURE = Estimate(0.0, 0.0, 0.03, n_units=120, n_clusters=40)


def small(**changes):
    """One dimension of the made-up analysis with every estimate over 40 videos."""
    part = make_small().dimensions[0]
    wide = tuple(
        replace(row, people=over(row.people), referee=over(row.referee), difference=over(row.difference))
        for row in part.coefficients
    )
    return replace(part, **{"coefficients": wide, "leniency": over(part.leniency)} | changes)


def over(estimate, videos=40):
    return replace(estimate, n_clusters=videos)


def by_name(found):
    return {check.threshold: check for check in found.checks}


# study.toml


def state(folder, lines):
    path = folder / "study.toml"
    path.write_text(path.read_text().partition("\n[thresholds]")[0] + f"\n[thresholds]\n{lines}\n")


def test_a_new_study_states_every_threshold_with_its_reason(tmp_path: Path) -> None:
    folder = Study.create(tmp_path / "study").folder
    text = (folder / "study.toml").read_text()
    assert all(f"{name} = " in text and reason in text for name, reason in REASONS.items())
    assert Study.open(folder).config.thresholds == Thresholds()
    assert Study.open(folder).config.thresholds.stated == tuple(REASONS)


def test_a_study_without_the_table_gets_defaults_that_it_did_not_state(tmp_path: Path) -> None:
    folder = Study.create(tmp_path / "study").folder
    path = folder / "study.toml"
    old = path.read_text().partition("\n[thresholds]")[0]
    path.write_text(old)
    study = Study.open(folder)
    assert (study.config.thresholds, study.config.thresholds.stated) == (Thresholds(), ())
    study.set_config(sample_seed=7)  # rewriting the file must not state what nobody stated
    assert "thresholds" not in path.read_text()


def test_what_is_stated_survives_a_change_of_other_settings(tmp_path: Path) -> None:
    folder = Study.create(tmp_path / "study").folder
    state(folder, "loss = 0.05\nvideos = 60")
    study = Study.open(folder)
    study.set_config(sample_seed=7)
    again = Study.open(folder).config.thresholds
    assert (again.loss, again.videos, again.leniency) == (0.05, 60, 0.25)
    assert again.stated == ("loss", "videos")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("colour = 1", "a threshold is one of"),
        ("loss = -0.1", r"loss = -0.1: it lies in \[0, 1\)"),
        ("loss = nan", "it lies in"),
        ("leniency = inf", "it lies in"),
        ("leniency = 0", "it lies in"),  # no interval has no width: nothing could pass
        ("ceiling_alpha = 1.0", "it lies in"),
        ('failure_rate = "5 %"', "it must be a number"),
        ("failure_rate = true", "it must be a number"),
        ("videos = 30.5", "it must be a whole number"),
        ("videos = 1", "it lies in"),
    ],
)
def test_nonsense_is_refused_in_one_line(tmp_path: Path, line: str, said: str) -> None:
    folder = Study.create(tmp_path / "study").folder
    state(folder, line)
    with pytest.raises(StudyError, match=said) as caught:
        Study.open(folder)
    assert "study.toml: [thresholds]" in str(caught.value)


def test_a_table_that_is_none_is_refused() -> None:
    with pytest.raises(StudyError, match="it is not a table"):
        read(3, "study.toml")


def test_whole_numbers_will_do_where_a_number_is_asked_for() -> None:
    assert read({"leniency": 1}, "study.toml").leniency == 1.0


# the whole


def test_values_and_limits_are_those_of_the_analysis() -> None:
    found = by_name(hold_thresholds([(small(), None, SURE)], Thresholds(loss=0.2)))
    # made-up relevance: kappa 0.71 and 0.70, so a difference of −0.01 ± 0.05; alpha 0.70 ± 0.06; leniency 0.08 ± 0.09
    assert (found["loss"].value, found["loss"].at_least, found["loss"].state) == (pytest.approx(-0.01), -0.2, "pass")
    assert found["ceiling_alpha"].value == pytest.approx(0.70)
    assert found["ceiling_alpha"].state == "cannot tell"  # 0.64 < 0.667 < 0.70
    assert found["ceiling_alpha"].videos_needed == 133  # 40 · (0.06 / 0.033)² = 132.2
    assert found["leniency"].state == "pass"  # [−0.01, 0.17] lies within ±0.25
    curve = small().calibration
    room = curve.unc - curve.noise_floor
    assert found["miscalibration_share"].value == pytest.approx(curve.msc_corrected / room)
    assert found["miscalibration_share"].high == pytest.approx(curve.msc_high / room)


def test_below_the_smallest_number_of_videos_nothing_passes_and_a_miss_stays_one() -> None:
    part = small(leniency=Estimate(0.9, 0.8, 1.0, n_clusters=12))
    few = replace(part, coefficients=tuple(replace(r, difference=over(r.difference, 12)) for r in part.coefficients))
    found = by_name(hold_thresholds([(few, None, SURE)], Thresholds()))
    assert "pass" not in {check.state for check in found.values()}
    assert found["leniency"].state == "fail"
    assert (found["failure_rate"].held_back, found["failure_rate"].videos_needed) == (True, 30)
    assert (found["videos"].state, found["videos"].value) == ("cannot tell", 12)


def test_what_is_undefined_cannot_be_told_and_says_why() -> None:
    none = Estimate(None, None, None, reason="nobody shares a claim")
    bare = Estimate(0.1, None, None, n_clusters=1, reason="all claims are about one video")
    found = by_name(hold_thresholds([(small(leniency=none), None, bare)], Thresholds()))
    assert (found["leniency"].state, found["leniency"].reason) == ("cannot tell", "nobody shares a claim")
    assert (found["failure_rate"].state, found["failure_rate"].value) == ("cannot tell", 0.1)
    assert found["failure_rate"].reason == "all claims are about one video"
    assert found["alt_test"].state == "cannot tell"
    assert found["leniency"].videos_needed is None


def test_miscalibration_without_anything_to_explain_is_undefined() -> None:
    curve = small().calibration
    flat = replace(curve, noise_floor=curve.unc)
    check = by_name(hold_thresholds([(small(calibration=flat), None, SURE)], Thresholds()))["miscalibration_share"]
    assert check.value is None
    assert "nothing to explain" in check.reason
    single = replace(curve, noise_floor=None)
    check = by_name(hold_thresholds([(small(calibration=single), None, SURE)], Thresholds()))["miscalibration_share"]
    assert "no claim was rated by two" in check.reason


# failed scores


def scored(failed, videos):
    claims = [
        Claim(video=f"v{v}.mp4", question="Where?", object=f"t{i}", boxes=((1.0, 0.1, 0.1, 0.4, 0.5),))
        for i, v in enumerate(videos)
    ]
    scores = [
        RefereeScore(claim=c.id, referee="r", dimension="relevance", level=None if bad else 2,
                     status="error" if bad else "ok", reason="no frame" if bad else "")
        for c, bad in zip(claims, failed, strict=True)
    ]  # fmt: skip
    return failure_rate("relevance", claims, scores)


def test_no_failure_in_forty_claims_allows_up_to_nine_percent() -> None:
    found = scored([False] * 40, [i % 20 for i in range(40)])
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(1 - 0.025 ** (1 / 40))  # 0.0881, Clopper and Pearson for 0 of n
    assert scored([True] * 40, [i % 20 for i in range(40)]).low == pytest.approx(0.025 ** (1 / 40))


def test_claims_that_fail_by_video_count_as_few() -> None:
    # 10 videos of 4 claims, one video failed whole: share 0.1, variance 10/9 · (3.6² + 9 · 0.4²) / 40² = 0.01
    failed = np.array([i < 4 for i in range(40)], dtype=float)
    group = np.arange(40) // 4
    # 0.1 · 0.9 / 0.01 = 9 claims' worth, times (t₃₉ / t₉)² = (2.022691 / 2.262157)² = 0.79949
    assert effective_size(failed, group, 10) == pytest.approx(9 * 0.79949, rel=1e-4)
    alone = np.arange(40)
    assert effective_size(failed, alone, 40) == pytest.approx(39)  # n − 1 for independent claims


def test_failures_of_one_video_have_no_interval_and_unasked_claims_no_share() -> None:
    one = scored([True, False], [0, 0])
    assert (one.value, one.low, one.reason) == (0.5, None, "all claims are about one video")
    assert failure_rate("relevance", [], []).reason == "the referee was not asked"


# the annotator test in both directions


def test_who_is_won_lost_and_undecided() -> None:
    dice = np.random.default_rng(11)
    truth = dice.integers(0, 5, 200)
    videos = np.arange(200) // 4
    people = np.clip(truth[:, None] + dice.choice([-1, 0, 0, 1], (200, 4)), 0, 4)
    ratings = Ratings.from_array(people, scale=range(5), wide=True)
    good = alternative_annotator_test(ratings, truth.astype(float), videos, epsilon=0.15, at_least=0.5)
    assert (good.rate, good.most, good.n_people) == (1.0, 1.0, 4)
    bad = alternative_annotator_test(ratings, ((truth + 2) % 5).astype(float), videos, epsilon=0.15, at_least=0.5)
    assert (bad.rate, bad.most) == (0.0, 0.0)
    few = alternative_annotator_test(ratings.__class__.from_array(people[:40], scale=range(5), wide=True),
                   np.clip(truth[:40] + dice.choice([-1, 0, 1], 40), 0, 4).astype(float), videos[:40],
                   epsilon=0.15, at_least=0.5)  # fmt: skip
    assert few.rate < 0.5 < few.most
    assert few.videos > 10


# words and page


@pytest.fixture(scope="module")
def few_report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("few") / "study"
    study = make_study(folder, videos=12)
    with Study.open(study.folder) as opened:
        return build(analyse(opened, rewards=False), opened.rubric)


def test_a_study_with_too_little_data_says_so_instead_of_guessing(few_report) -> None:
    found = few_report["verdict"]
    assert found["state"] == "cannot tell"
    assert [*checks(found, "pass"), *checks(found, "fail")] == []
    need = [check["needed"] for check in checks(found, "cannot tell") if check["threshold"] == "videos"]
    assert need == ["30 videos", "30 videos"]
    (step,) = [step for step in found["next_steps"] if step.startswith("Get 30 videos on every dimension (12 now)")]
    waiting = sum(check["awaits_videos"] for check in checks(found))
    assert f"of {waiting} the interval lies on the right side already" in step
    assert len(found["next_steps"]) < len(list(checks(found))) / 2  # one line for all that need the same


def test_the_page_shows_each_check_with_symbol_word_and_numbers(few_report) -> None:
    page = render_html(few_report)
    assert page.index('id="overview"') < page.index('id="verdict"') < page.index('id="agreement"')
    for check in checks(few_report["verdict"]):
        assert f'data-key="verdict.{check["threshold"]}.{check["dimension"]}"' in page
        assert f'data-key="matrix.{check["dimension"]}.{check["threshold"]}"' in page
        assert check["sentence"].startswith(check["dimension_title"])
    shown = '<i aria-hidden="true">?</i><span class="hidden">cannot tell</span>'
    above = page[: page.index('id="agreement"')]
    assert above.count(shown) == 2 * 18  # 7 thresholds and 2 of the tail on 2 dimensions, in matrix and table


def test_defaults_that_nobody_stated_are_called_so() -> None:
    def basis(thresholds):
        return small_report(verdict=hold_thresholds([], thresholds))["verdict"]["basis"]

    assert "states no thresholds" in basis(Thresholds(stated=()))
    assert "as the study’s study.toml states them" in basis(Thresholds())
    some = basis(Thresholds(stated=tuple(name for name in REASONS if name != "loss")))
    assert "loss are the package’s defaults" in some


def test_a_stated_loss_is_the_margin_of_the_headline() -> None:
    report = small_report(verdict=hold_thresholds([(small(), None, SURE)], Thresholds(loss=0.03)))
    # −0.01 ± 0.05 reaches below −0.03, and not below −0.10
    assert (report["headline"]["margin"], report["headline"]["cards"][0]["verdict"]) == (0.03, "unclear")
    assert small_report()["headline"]["cards"][0]["verdict"] == "as_well"


def test_an_analysis_without_a_verdict_still_makes_a_page() -> None:
    report = small_report()
    assert report["verdict"] is None
    assert 'id="verdict"' not in render_html(report)


def test_nothing_rated_is_no_verdict() -> None:
    report = small_report(dimensions=(), verdict=StudyVerdict("cannot tell", Thresholds(), ()))
    assert report["verdict"]["sentence"].startswith("Nothing was rated")
    assert '<h1 class="cannot-tell">' in render_html(report)


def test_the_headline_says_that_the_referee_equals_a_person() -> None:
    copied = Note("the referee gave the same level as ann", NoteCode.REFEREE_EQUALS_RATER)
    analysis = make_small()
    first, *rest = analysis.dimensions
    found = build(replace(analysis, dimensions=(replace(first, notes=(copied,)), *rest)), load())
    told = f"On {first.dimension} the referee gives one person’s levels again"
    assert told in found["headline"]["caution"]
    assert "one person’s levels" not in build(analysis, load())["headline"]["caution"]
