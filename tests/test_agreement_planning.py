"""The planner: its model reaches what is assumed, widths behave, and the verb prints them."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from agreement import AgreementError, Ratings, cohen_kappa, plan_agreement, square_root_allocation
from agreement.planning.latent_quality import _correlation, _thresholds
from agreement.planning.quality_shapes import draw_quality
from referee_calib.cli.main import main

SHARES = np.array([0.1, 0.2, 0.3, 0.4])


@pytest.mark.parametrize("quality", ["normal", "bimodal", "skewed"])
@pytest.mark.parametrize("kappa", [0.3, 0.8])
def test_the_latent_correlation_reaches_the_kappa_that_is_asked_for(kappa, quality):
    r = _correlation(kappa, SHARES, quality, 0.2, "kappa")
    rng = np.random.default_rng(5)
    truth = draw_quality(rng, quality, np.arange(40_000), 0.2)
    assert (truth.mean(), truth.var()) == (pytest.approx(0, abs=0.02), pytest.approx(1, abs=0.03))
    seen = np.sqrt(r) * truth[:, None] + np.sqrt(1 - r) * rng.normal(size=(40_000, 2))
    codes = np.searchsorted(_thresholds(SHARES, quality, np.sqrt(r), 0.2), seen)
    assert np.bincount(codes[:, 0]) / 40_000 == pytest.approx(SHARES, abs=0.01)
    found = cohen_kappa(Ratings.from_array(codes, scale=range(4)), weights="quadratic", interval=None).value
    assert found == pytest.approx(kappa, abs=0.015)


def test_width_falls_with_the_square_root_of_videos():
    found = plan_agreement(videos=(40, 160), claims=(2,), raters=(2,), n_simulations=30)
    narrow, wide = (next(d for d in found.designs if d.videos == n) for n in (160, 40))
    for name in ("kappa_width", "alpha_width", "difference_width"):
        assert getattr(wide, name) / getattr(narrow, name) == pytest.approx(2, rel=0.2)  # sqrt(160 / 40)


def test_claims_of_one_video_are_worth_less_the_more_alike_they_are():
    apart, alike = (
        plan_agreement(videos=(30,), claims=(6,), raters=(2,), video_correlation=c, n_simulations=30).designs[0]
        for c in (0.0, 0.9)
    )
    assert alike.kappa_width > 1.1 * apart.kappa_width


def test_the_cheapest_design_that_will_do_is_named():
    options = {"videos": (20, 80), "claims": (1, 3), "raters": (2,), "n_simulations": 20}
    found = plan_agreement(width=0.25, video_cost=1.0, **options)
    enough = [d for d in found.designs if d.difference_width <= 0.25]
    assert found.cheapest == min(enough, key=lambda d: d.cost)
    assert [d.cost for d in found.designs] == sorted(d.cost for d in found.designs)
    assert found.cheapest.cost == found.cheapest.videos + found.cheapest.ratings
    nothing = plan_agreement(width=0.01, **options)
    assert nothing.cheapest is None
    assert "0.01 or less" in nothing.reason
    assert plan_agreement(**options).reason is None
    json.dumps(nothing.to_json(), allow_nan=False)


def test_the_seed_decides_and_a_design_does_not_depend_on_its_company():
    one = plan_agreement(videos=(20,), claims=(2,), raters=(2,), n_simulations=5, seed=4)
    two = plan_agreement(videos=(20, 30), claims=(2,), raters=(2,), n_simulations=5, seed=4)
    assert one.designs[0] in two.designs
    assert one.designs != plan_agreement(videos=(20,), claims=(2,), raters=(2,), n_simulations=5, seed=5).designs


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kappa": 1.2}, "above 0 and below"),
        ({"kappa": 0.5, "referee_kappa": 0.9}, "without any noise"),
        ({"shares": (1, 0)}, "share above 0"),
        ({"videos": (1,)}, "whole numbers from 2"),
        ({"video_correlation": 1.0}, "the first is in"),
    ],
)
def test_what_cannot_be_is_refused(options, words):
    with pytest.raises(AgreementError, match=words):
        plan_agreement(n_simulations=2, **options)


def test_allocation_follows_the_square_root_and_never_exceeds_what_there_is():
    # Square roots 20, 10, 5, 0 share 70 claims as 40, 20, 10, 0.
    assert square_root_allocation([400, 100, 25, 0], 70) == (40, 20, 10, 0)
    rng = np.random.default_rng(0)
    for _ in range(50):
        counts, total = rng.integers(0, 40, 5), int(rng.integers(0, 120))
        given = square_root_allocation(counts, total)
        assert sum(given) == min(total, counts.sum())
        assert all(0 <= g <= c for g, c in zip(given, counts, strict=True))
    with pytest.raises(AgreementError, match="below 0"):
        square_root_allocation([-1], 3)


def run(*arguments):
    return CliRunner().invoke(main, ["plan", *arguments])


def test_the_verb_prints_a_table_or_json():
    options = ["--videos", "20,40", "--claims", "2", "--raters", "2", "--simulations", "5", "--width", "0.9"]
    table = run(*options)
    assert table.exit_code == 0, table.output
    assert "<- cheapest" in table.stdout
    assert "Assumed:" in table.stdout
    data = json.loads(run(*options, "--json").stdout)
    assert [d["videos"] for d in data["designs"]] == [20, 40]
    assert data["cheapest"]["videos"] == 20


def test_the_verb_allocates_claims_over_levels():
    options = ["--levels", "400,100,25,0", "--budget", "70"]
    assert json.loads(run(*options, "--json").stdout)["allocation"] == [40, 20, 10, 0]
    assert "level 1: 20 of 100" in run(*options).stdout


@pytest.mark.parametrize(
    "arguments", [["--levels", "1,2"], ["--videos", "few"], ["--kappa", "2"], ["--referee-kappa", "0.99"]]
)
def test_wrong_use_of_the_verb_is_exit_code_2(arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""


NAN = float("nan")


QUICK = {"videos": (10,), "claims": (1,), "raters": (2,), "n_simulations": 2}


@pytest.mark.parametrize(
    "options",
    [
        {"videos": 20},
        {"videos": [NAN]},
        {"claims": [1.5]},
        {"raters": "23"},
        {"raters": []},
        {"shares": 0.5},
        {"shares": "ab"},
        {"kappa": NAN},
        {"kappa": "0.7"},
        {"referee_kappa": np.inf},
        {"severity": NAN},
        {"severity": np.inf},
        {"video_correlation": NAN},
        {"width": NAN},
        {"width": -1},
        {"video_cost": NAN},
        {"video_cost": -5},
        {"rating_cost": np.inf},
        {"n_simulations": 2.5},
        {"seed": -1},
        {"confidence": "0.95"},
    ],
)
def test_a_plan_needs_numbers_that_mean_something(options):
    with pytest.raises(AgreementError, match=next(iter(options))):
        plan_agreement(**{**QUICK, **options})


def test_a_plan_takes_arrays_and_prints_plain_numbers():
    one = plan_agreement(**{**QUICK, "videos": np.array([10, 12])})
    assert one == plan_agreement(**{**QUICK, "videos": (10, 12)})
    json.dumps(one.to_json(), allow_nan=False)


@pytest.mark.parametrize(
    ("counts", "total"),
    [([1.5, 2], 2), ([NAN, 1], 1), ([[1, 2]], 1), ("ab", 1), (7, 1), ([1, 2], 1.5), ([1, 2], NAN), ([1, -2], 1)],
)
def test_an_allocation_needs_whole_numbers(counts, total):
    with pytest.raises(AgreementError, match="whole numbers"):
        square_root_allocation(counts, total)


def test_every_level_that_occurs_gets_a_claim_where_there_are_enough():
    # Divisors 1, 3, 5 of 31.6 are 31.6, 10.5 and 6.3, all above 1: square roots alone would give 3, 0, 0.
    assert square_root_allocation([1000, 1, 1], 3) == (1, 1, 1)
    assert square_root_allocation([1000, 0, 1], 5) == (4, 0, 1)
    assert square_root_allocation([1000, 1, 1], 2) == (2, 0, 0)  # two claims cannot cover three levels
