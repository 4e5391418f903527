from dataclasses import replace

import pytest
from helpers_report import dimension, full_report, make_analysis, undefined

from referee_calib.report import build
from referee_calib.report.document.headline import FEW_VIDEOS, MARGIN, agreement_verdict, combine_verdicts, headline
from referee_calib.report.wording.number_format import count, interval, listed, number, signed
from referee_calib.rubric import load


def told(low, high, value=None):
    return {"value": (low + high) / 2 if value is None else value, "low": low, "high": high}


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (-0.20, -0.01, "less"),  # wholly below zero
        (0.01, 0.20, "better"),  # wholly above
        (-0.09, 0.05, "as_well"),  # holds zero, loses at most the margin of 0.10
        (-0.10, 0.00, "as_well"),  # the margin itself still counts
        (-0.11, 0.05, "unclear"),  # holds zero, and a loss beyond the margin too
        (-0.05, -0.01, "less"),  # a small loss is a loss all the same
    ],
)
def test_a_verdict_is_read_off_the_interval(low, high, expected):
    assert MARGIN == 0.10
    assert agreement_verdict(told(low, high)) == expected


def test_without_value_or_interval_there_is_no_verdict():
    for value in (None, 0.1):
        assert agreement_verdict({"value": value, "low": None, "high": None}) == "undefined"


@pytest.mark.parametrize(
    ("kappa", "alpha", "expected"),
    [
        ("less", "less", "less"),
        ("better", "as_well", "as_well"),
        ("as_well", "less", "mixed"),
        ("less", "better", "mixed"),
        ("unclear", "less", "unclear"),
        ("better", "undefined", "undefined"),
        ("undefined", "unclear", "undefined"),
    ],
)
def test_two_coefficients_must_say_the_same_to_be_believed(kappa, alpha, expected):
    assert combine_verdicts(kappa, alpha) == combine_verdicts(alpha, kappa) == expected


def test_a_headline_does_not_hide_that_alpha_disagrees():
    report = full_report()
    for row in report["dimensions"][0]["coefficients"]:
        low = -0.2 if row["name"] == "krippendorff_alpha_ordinal" else -0.05
        row["difference"] |= told(low, low + 0.1)
    said = headline(report["dimensions"][:1])
    assert said["sentence"] == (
        "Whether the referee agrees with people as they do depends on the coefficient on relevance."
    )
    assert said["cards"][0]["verdict"] == "mixed"


LESS, WIDE, NONE = told(-0.2, -0.1), told(-0.4, 0.3), {"value": None, "low": None, "high": None}


@pytest.mark.parametrize(
    ("relevance", "localization", "timing", "said"),
    [
        (told(-0.05, 0.05), LESS, WIDE, "The referee agrees with people as well as they agree with each other, to "
         "within 0.1, on relevance, and less than that on localization; on timing these data cannot tell."),
        (LESS, LESS, LESS, "The referee agrees with people less than they agree with each other on relevance, "
         "localization and timing."),
        (WIDE, WIDE, NONE, "These data cannot tell whether the referee agrees with people as they do on relevance and "
         "localization; on timing the comparison is not defined."),
    ],
)  # fmt: skip
def test_the_headline_names_each_dimension_once_under_its_verdict(relevance, localization, timing, said):
    report = full_report()
    for item, difference in zip(report["dimensions"], (relevance, localization, timing), strict=True):
        for row in item["coefficients"]:
            row["difference"] |= difference
    assert headline(report["dimensions"])["sentence"] == said


def with_videos(*numbers, raters=5):
    analysis = make_analysis()
    parts = zip(analysis.dimensions, numbers, strict=True)
    counted = (replace(d, counts=replace(d.counts, videos=n, raters=raters)) for d, n in parts)
    return replace(analysis, dimensions=tuple(counted))


def test_few_videos_are_said_beside_the_headline_for_each_dimension():
    said = build(with_videos(FEW_VIDEOS - 1, FEW_VIDEOS - 1, 12), load())["headline"]["caution"]
    assert said.startswith("Only 12 videos behind timing and 29 videos behind relevance and localization: ")
    assert build(with_videos(FEW_VIDEOS, 99, FEW_VIDEOS), load())["headline"]["caution"] == ""


def test_nothing_is_asserted_from_few_videos():
    said = build(with_videos(12, FEW_VIDEOS, 12), load())["headline"]
    assert [card["verdict"] == "few" for card in said["cards"]] == [True, False, True]
    assert "on relevance and timing there are too few videos to tell" in said["sentence"]
    # localization is 0.34 too lenient, but nothing is said of it from 12 videos
    assert build(with_videos(99, 12, 99), load())["headline"]["leniency"] == ""


def test_of_few_people_it_is_said_whom_the_intervals_speak_of_and_never_more_than():
    said = build(with_videos(99, 99, 99, raters=3), load())["headline"]["caution"]
    assert said == "The intervals are over videos: they speak of these 3 raters, not of others like them."
    report = full_report()
    for raters, verdict in ((4, "as_well"), (5, "better")):
        (item,) = report["dimensions"][:1]
        item["counts"]["raters"] = raters
        for row in item["coefficients"]:
            row["difference"] |= told(0.02, 0.10)
        assert headline([item])["cards"][0]["verdict"] == verdict


def test_simulated_ratings_are_said_beside_the_headline():
    assert full_report()["headline"]["simulated"].startswith("Every rating")
    assert full_report(n_simulated=0)["headline"]["simulated"] == ""
    assert full_report(n_simulated=30)["headline"]["simulated"].startswith("30 of 1,530 ratings")


def test_leniency_is_told_only_where_its_interval_leaves_zero():
    said = full_report()["headline"]["leniency"]
    # planted: relevance 0.08 ± 0.09, localization 0.34 ± 0.09, timing −0.05 ± 0.09
    assert said == "Its scores lie 0.34 levels above simulated raters on localization [0.25,\N{NO-BREAK SPACE}0.43]."


def test_an_undefined_comparison_gives_its_reason_on_the_card():
    broken = dimension("timing", 0.66, 0.63, -0.05, 3)
    first, kappa, *others = broken.coefficients
    kappa = replace(kappa, referee=undefined("nobody rated twice"), difference=undefined("no pair"))
    rows = (first, kappa, *others)
    analysis = make_analysis()
    analysis = replace(analysis, dimensions=(*analysis.dimensions[:2], replace(broken, coefficients=rows)))
    card = build(analysis, load())["headline"]["cards"][2]
    assert card["verdict"] == "undefined"
    assert card["reason"] == "nobody rated twice"


def test_numbers_are_written_the_same_everywhere():
    assert number(-0.125, 2) == "−0.12"  # 0.125 is exact in binary; rounding is half to even
    assert number(-0.001) == "0.00"  # no minus zero
    assert number(None) == "not defined"
    assert signed(0.3) == "+0.30"
    assert signed(-0.3) == "−0.30"
    assert signed(0.001) == "0.00"
    assert interval({"low": -0.1, "high": 0.25}) == "[−0.10,\N{NO-BREAK SPACE}0.25]"
    assert interval({"low": None, "high": None}) == ""
    assert count(1, "claim") == "1 claim"
    assert count(1200, "claim") == "1,200 claims"
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_a_program_that_rated_is_never_called_people():
    dimensions = full_report()["dimensions"]
    assert "with simulated raters" in headline(dimensions, 8, 8)["sentence"]
    assert "with people and simulated raters" in headline(dimensions, 3, 8)["sentence"]
    real = headline(dimensions, 0, 8)
    assert "simulated" not in real["sentence"] + real["leniency"] + "".join(card["short"] for card in real["cards"])
    assert "with people" in real["sentence"]
