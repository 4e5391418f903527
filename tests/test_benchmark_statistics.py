"""Values per item, figures with denominators of their own, the bootstrap of videos, seeds and paired differences."""

from itertools import product

import numpy as np
import pytest

from agreement import holm, t_quantile
from referee_calib.benchmark.statistics.figures import Figure, mean_of
from referee_calib.benchmark.statistics.item_values import ItemValues, on_common_items
from referee_calib.benchmark.statistics.linear_error import gradient, paired_error, standard_error
from referee_calib.benchmark.statistics.paired_bootstrap import PairedVideoBootstrap
from referee_calib.benchmark.statistics.paired_differences import paired_differences
from referee_calib.benchmark.statistics.seeds import System, system_figure
from referee_calib.benchmark.statistics.swap_test import swap_test
from referee_calib.errors import InputError

ACC, TIOU = mean_of("acc", "Acc"), mean_of("tiou", "m_tIoU")
LGM = Figure("lgm", "LGM", ("acc", "tiou"), lambda m: -(np.log(1 - m["acc"]) + np.log(1 - m["tiou"])) / 2, "at one")


def a_run(name="a", seed=0, n=90, right=0.5, per_video=3, missing=0.2):
    rng = np.random.default_rng(seed)
    tiou = [None if rng.random() < missing else rng.random() * 0.6 for _ in range(n)]
    columns = {"acc": (rng.random(n) < right).astype(float), "tiou": tiou}
    return ItemValues.from_columns(name, [str(i) for i in range(n)], [f"v{i // per_video}" for i in range(n)], columns)


def test_an_item_that_does_not_count_has_no_value_and_no_place_in_the_mean():
    run = ItemValues.from_columns("a", "123", "vvw", {"acc": [1, 0, 1], "tiou": [0.5, None, 0.1]})
    assert run.mean("tiou") == pytest.approx(0.3)
    assert run.counted[:, 1].tolist() == [True, False, True]
    assert np.isfinite(run.values).all()
    assert run.where(run.counts("tiou")).items == ("1", "3")
    assert run.where(np.array([False, True, False])).mean("tiou") is None


def test_an_undefined_figure_says_why():
    run = ItemValues.from_columns("a", "12", "vw", {"acc": [1, 1], "tiou": [None, None]}, reasons={"tiou": "no spans"})
    assert ACC.value(run) == (1.0, None)
    assert TIOU.value(run) == LGM.value(run) == (None, "no spans")
    full = ItemValues.from_columns("a", "12", "vw", {"acc": [1, 1], "tiou": [0, 0.5]})
    assert LGM.value(full) == (None, "at one")
    empty = ItemValues.from_columns("a", "1", "v", {"acc": [None], "tiou": [0]})
    assert ACC.value(empty) == (None, "no item counts in acc")


def test_an_item_twice_is_refused_and_so_is_what_is_no_number():
    with pytest.raises(InputError, match="item 1 stands there twice"):
        ItemValues.from_columns("a", "11", "vv", {"acc": [1, 0]})
    with pytest.raises(ValueError, match="not finite"):
        ItemValues("a", ("1",), ("v",), ("acc",), np.array([[np.nan]]), np.array([[True]]))
    with pytest.raises(ValueError, match="items and metrics"):
        ItemValues("a", ("1",), ("v",), ("acc",), np.zeros((2, 1)), np.ones((2, 1), bool))


def test_runs_are_brought_to_their_common_items_in_one_order():
    one = ItemValues.from_columns("a", "123", "vvw", {"acc": [1, 0, 1]})
    two = ItemValues.from_columns("b", "431", "xwv", {"acc": [0, 0.5, 0.25]})
    first, second = on_common_items([one, two])
    assert (first.items, second.column("acc").tolist()) == (("1", "3"), [0.25, 0.5])
    with pytest.raises(InputError, match="its video is v in a, x in b"):
        on_common_items([one, ItemValues.from_columns("b", "1", "x", {"acc": [1]})])
    with pytest.raises(InputError, match="no item is common"):
        on_common_items([one, ItemValues.from_columns("b", "9", "x", {"acc": [1]})])


def test_the_interval_is_that_of_whole_videos_drawn_again_with_their_own_denominators():
    """The same resamples by hand: the items of each drawn video put into one list, as often as it was drawn."""
    run = a_run()
    bootstrap = PairedVideoBootstrap.of([run], n_resamples=200, seed=3)
    by_hand = []
    for weights in bootstrap.weights:
        drawn = dict(zip(bootstrap.videos, weights.astype(int), strict=True))
        chosen = [i for i, video in enumerate(run.videos) for _ in range(drawn[video])]
        counted = [i for i in chosen if run.counts("tiou")[i]]
        acc, tiou = run.column("acc")[chosen].mean(), run.column("tiou")[counted].mean()
        by_hand.append(-(np.log(1 - acc) + np.log(1 - tiou)) / 2)
    assert bootstrap.resampled(run, LGM) == pytest.approx(by_hand)
    found = bootstrap.estimate(run, LGM)
    assert (found.low, found.high) == pytest.approx(np.quantile(by_hand, [0.025, 0.975]))
    assert (found.n_units, found.n_clusters) == (90, 30)


def test_one_video_gives_no_interval():
    run = ItemValues.from_columns("a", "12", "vv", {"acc": [1, 0]})
    found = PairedVideoBootstrap.of([run], n_resamples=50).estimate(run, ACC)
    assert (found.value, found.low) == (0.5, None)
    assert "all items are of one video" in found.reason


def test_values_that_differ_by_rounding_alone_give_no_interval():
    run = ItemValues.from_columns("a", list("12345"), list("vwxyz"), {"acc": [0.8] * 5})
    found = PairedVideoBootstrap.of([run], n_resamples=50).estimate(run, ACC)
    assert (found.low, found.reason) == (None, "no interval: every resample gives the same value")


def test_the_delta_method_agrees_with_the_bootstrap():
    run = a_run(n=900, per_video=3)
    bootstrap = PairedVideoBootstrap.of([run], n_resamples=4000)
    for figure in (ACC, TIOU, LGM):
        assert standard_error(run, figure) == pytest.approx(bootstrap.estimate(run, figure).standard_error, rel=0.06)


def test_the_error_of_an_lgm_from_accuracy_alone_is_nine_tenths_of_a_point():
    """61 % of 2094 right, each of its own video: sqrt(.61 · .39 / 2093) / (3 · .39) = 0.00911; a third of an LGM."""
    right = round(0.61 * 2094)
    names = [str(i) for i in range(2094)]
    run = ItemValues.from_columns("a", names, names, {"acc": [1.0] * right + [0.0] * (2094 - right)})
    third = Figure("x", "x", ("acc",), lambda m: -np.log(1 - m["acc"]) / 3)
    assert gradient(third, {"acc": 0.61})["acc"] == pytest.approx(1 / (3 * 0.39))
    assert standard_error(run, third) == pytest.approx(0.0091, abs=0.00005)


def test_the_swap_test_counts_the_exchanges_that_differ_as_much():
    """Six videos with differences of their own: all 2⁶ exchanges by hand."""
    gains = np.array([3.0, 2.0, 2.0, 1.0, -1.0, 4.0]) / 10
    names = [str(i) for i in range(6)]
    one = ItemValues.from_columns("a", names, names, {"acc": [0.3] * 6})
    two = ItemValues.from_columns("b", names, names, {"acc": 0.3 + gains})
    exact = np.mean([abs(np.dot(signs, gains)) >= gains.sum() - 1e-12 for signs in product((-1, 1), repeat=6)])
    assert swap_test(one, two, ACC) == pytest.approx(exact, abs=0.01)
    assert swap_test(one, one, ACC) == 1.0


def test_items_of_one_video_change_places_together():
    """Two videos of ten items, all better: of the four exchanges two differ as much, however many items there are."""
    names, videos = [str(i) for i in range(20)], ["v"] * 10 + ["w"] * 10
    one = ItemValues.from_columns("a", names, videos, {"acc": [0.0] * 20})
    two = ItemValues.from_columns("b", names, videos, {"acc": [1.0] * 20})
    assert swap_test(one, two, ACC) == pytest.approx(0.5, abs=0.02)


def test_differences_are_paired_and_corrected_together():
    one, two, three = a_run("a", 1), a_run("b", 2, right=0.9), a_run("c", 3)
    found = paired_differences([System(run.name, (run,)) for run in (one, two, three)], [ACC, LGM], n_resamples=300)
    assert [(d.first, d.second, d.figure) for d in found[:3]] == [
        ("a", "b", "acc"),
        ("a", "b", "lgm"),
        ("a", "c", "acc"),
    ]
    assert found[0].estimate.value == pytest.approx(two.mean("acc") - one.mean("acc"))
    assert found[0].p_value == swap_test(one, two, ACC)
    assert [d.p_holm for d in found] == holm([d.p_value for d in found])
    assert paired_error(one, two, ACC) == pytest.approx(found[0].estimate.standard_error, rel=0.15)


def test_a_common_part_of_two_runs_does_not_count_as_error():
    """The second run gains 0.1 on every item: the difference is 0.1 in every resample, whatever the videos."""
    one = a_run("a", missing=0.0)
    raised = {"acc": one.column("acc"), "tiou": one.column("tiou") + 0.1}
    two = ItemValues.from_columns("b", one.items, one.videos, raised)
    (found,) = paired_differences([System("a", (one,)), System("b", (two,))], [TIOU], n_resamples=200)
    assert found.estimate.value == pytest.approx(0.1)
    assert found.p_value == pytest.approx(1e-4)  # none of 9,999 exchanges


def test_items_that_one_run_lacks_are_left_out_of_both_and_counted():
    whole = a_run("a", 1)
    part = a_run("b", 2).where(np.arange(90) < 60)
    (found,) = paired_differences([System("a", (whole,)), System("b", (part,))], [ACC], n_resamples=100)
    assert (found.n_items, found.n_left_out) == (60, 30)
    assert found.estimate.value == pytest.approx(part.mean("acc") - whole.column("acc")[:60].mean())


def test_an_undefined_figure_has_no_difference_and_no_test():
    right = ItemValues.from_columns("a", "12", "vw", {"acc": [1, 1], "tiou": [0, 0.5]})
    wrong = ItemValues.from_columns("b", "12", "vw", {"acc": [0, 1], "tiou": [0, 0.5]})
    (found,) = paired_differences([System("a", (right,)), System("b", (wrong,))], [LGM], n_resamples=50)
    assert (found.estimate.value, found.p_value, found.p_holm) == (None, None, None)
    assert found.estimate.reason == "a: at one"


def test_seeds_add_their_variance_to_that_of_videos():
    """mean ± t · sqrt(s²/3 + variance over videos of the mean), Satterthwaite's degrees of freedom."""
    runs = tuple(a_run(f"a{k}", k, n=300) for k in range(3))
    bootstrap = PairedVideoBootstrap.of(runs, n_resamples=500)
    found = system_figure(System("a", runs), ACC, bootstrap)
    values = [run.mean("acc") for run in runs]
    assert found.by_seed == pytest.approx(values)
    assert found.between_variance == pytest.approx(np.var(values, ddof=1))
    assert found.within_variance == pytest.approx(0.25 / 300, rel=0.25)  # 0.5 · 0.5 / n
    videos = np.var(np.mean([bootstrap.resampled(run, ACC) for run in runs], axis=0), ddof=1)
    seeds = found.between_variance / 3
    freedom = (videos + seeds) ** 2 / (videos**2 / 99 + seeds**2 / 2)
    reach = t_quantile(freedom, 0.95) * (videos + seeds) ** 0.5
    assert (found.estimate.low, found.estimate.high) == pytest.approx(
        (np.mean(values) - reach, np.mean(values) + reach)
    )


def test_an_interval_over_seeds_stays_within_what_is_possible():
    runs = tuple(ItemValues.from_columns(f"a{k}", "12", "vw", {"acc": [k, 0.1]}) for k in (0, 1))
    found = system_figure(System("a", runs), ACC, PairedVideoBootstrap.of(runs, n_resamples=100)).estimate
    assert (found.low, found.high) == (0.0, 1.0)


def test_systems_with_several_seeds_are_compared_by_t_and_one_seed_borrows():
    ours = System("ours", tuple(a_run(f"o{k}", k, right=0.8) for k in range(3)))
    base = System("base", (a_run("b", 9),))
    (found,) = paired_differences([base, ours], [ACC], n_resamples=300)
    seeds = np.var([run.mean("acc") for run in ours.runs], ddof=1)
    assert "the other's variance between seeds is taken for both" in found.estimate.notes[0]
    assert found.estimate.standard_error**2 > seeds * (1 / 3 + 1)
    assert found.test.startswith("t test")
    (pair,) = paired_differences([ours, System("x", ours.runs[:2])], [ACC], n_resamples=300)
    assert pair.estimate.notes == ()
    assert pair.p_value > 0.05


def test_the_same_seed_gives_the_same_numbers():
    systems = [System(name, (a_run(name, k),)) for k, name in enumerate("ab")]
    one, two, other = (paired_differences(systems, [LGM], n_resamples=100, seed=seed) for seed in (1, 1, 2))
    assert one == two
    assert one != other


def test_seeds_on_one_video_have_no_interval_and_no_test():
    """Seeds tell nothing of other videos: their variance alone would make a difference out of one video."""
    runs = [ItemValues.from_columns(f"a{k}", "123", "vvv", {"acc": [k, 1, 0]}) for k in (0, 1)]
    both = System("a", tuple(runs))
    other = System("b", (ItemValues.from_columns("b", "123", "vvv", {"acc": [0, 0, 0]}),))
    (found,) = paired_differences([both, other], [ACC])
    assert (found.estimate.low, found.p_value) == (None, None)
    assert "one video" in found.estimate.reason
    alone = system_figure(both, ACC, PairedVideoBootstrap.of(runs)).estimate
    assert (alone.value, alone.low) == (0.5, None)
    assert "one video" in alone.reason


def test_resamples_without_a_value_beyond_a_limit_leave_no_interval():
    """Of 4 videos 3 are right: all 4 drawn are with probability (3/4)⁴ = 0.32, where −ln(1 − a) has no value."""
    run = ItemValues.from_columns("a", "1234", "vwxy", {"acc": [1, 1, 1, 0]})
    log = Figure("log", "log", ("acc",), lambda means: -np.log(1 - means["acc"]))
    found = PairedVideoBootstrap.of([run]).estimate(run, log)
    assert found.value == pytest.approx(np.log(4))
    assert (found.low, found.high) == (None, None)
    assert "undefined in" in found.reason
