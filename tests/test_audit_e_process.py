"""The e-process of a rate by window: its arithmetic, a peer's numbers, and that it promises no more than it holds."""

import json
from math import comb, log
from pathlib import Path

import numpy as np
import pytest

from agreement import RateEProcess, mean_log_e
from agreement.errors import AgreementError

VECTORS = json.loads((Path(__file__).parent / "vectors" / "betting_e_process.json").read_text(encoding="utf-8"))["rows"]
BETS = (0.03, 0.07, 0.17, 0.4)


def e_value(process, counted, drawn):
    return float(np.exp(process.add_window(counted, drawn)))


@pytest.mark.parametrize("row", VECTORS, ids=lambda row: f"{row['limit']}, {row['bet']}")
def test_one_start_and_one_bet_is_the_betting_test_of_ville(row):
    process = RateEProcess(row["limit"], windows=1, bets=(row["bet"],))
    found = [float(process.add_window(one, 1)) for one in row["outcomes"]]
    assert found == pytest.approx(row["log_e"], abs=1e-9)


def test_starts_and_bets_are_mixed_evenly_and_the_rest_waits():
    limit, counts = 0.1, [(3, 20), (9, 20)]
    process = RateEProcess(limit, windows=4, bets=BETS)
    found = [e_value(process, *one) for one in counts]

    def capital(bet, windows):
        return np.prod([(1 - bet) ** (n - k) * (1 - bet + bet / limit) ** k for k, n in windows])

    first = sum(capital(bet, counts[:1]) for bet in BETS) / (4 * len(BETS)) + 3 / 4
    both = sum(capital(bet, counts[s:]) for s in (0, 1) for bet in BETS) / (4 * len(BETS)) + 2 / 4
    assert found == pytest.approx([first, both])


def test_windows_beyond_the_plan_are_bet_on_by_what_started_before():
    process = RateEProcess(0.1, windows=1, bets=(0.1,))
    e_value(process, 0, 10)
    # nothing waits, nothing starts: 0.9^10, then times 0.9^5 · 1.9^5
    assert e_value(process, 5, 10) == pytest.approx(0.9**15 * 1.9**5)


@pytest.mark.parametrize(("pool", "drawn"), [(30, 12), (12, 12), (50, 3)])
def test_its_mean_is_at_most_one_for_claims_drawn_without_replacement(pool, drawn):
    gross = pool // 10
    limit = gross / pool  # the pool is exactly at the limit
    chances = [comb(gross, k) * comb(pool - gross, drawn - k) / comb(pool, drawn) for k in range(drawn + 1)]
    assert sum(chances) == pytest.approx(1)
    values = [e_value(RateEProcess(limit, windows=1), k, drawn) for k in range(drawn + 1)]
    assert sum(p * e for p, e in zip(chances, values, strict=True)) <= 1 + 1e-12


def test_its_mean_is_one_for_independent_claims_at_the_limit():
    n, limit = 15, 0.2
    chances = [comb(n, k) * limit**k * (1 - limit) ** (n - k) for k in range(n + 1)]
    values = [e_value(RateEProcess(limit, windows=1), k, n) for k in range(n + 1)]
    assert sum(p * e for p, e in zip(chances, values, strict=True)) == pytest.approx(1)


def test_it_only_rises_with_what_becomes_known():
    found = []
    for late in range(10):
        process = RateEProcess(0.08, windows=3)
        e_value(process, 4, 40)
        found.append(e_value(process, late, 40))
    assert found == sorted(set(found))


def test_many_runs_at_once_are_what_they_are_one_by_one():
    counted, drawn = np.array([[1, 5, 0], [2, 8, 1]]), np.array([30, 40, 20])
    together = RateEProcess(0.07, windows=5, runs=(3,))
    found = np.stack([together.add_window(row, drawn) for row in counted])
    for run in range(3):
        alone = RateEProcess(0.07, windows=5)
        assert [float(alone.add_window(row[run], drawn[run])) for row in counted] == pytest.approx(found[:, run])


def test_e_values_far_beyond_any_number_stay_finite():
    process = RateEProcess(0.01, windows=2)
    assert np.isfinite([process.add_window(5000, 5000) for _ in range(2)]).all()
    assert float(mean_log_e([process.add_window(5000, 5000), 0.0])) > 5000


def test_the_mean_of_e_values_is_taken_of_the_values():
    assert float(np.exp(mean_log_e([log(30.0), log(2.0)]))) == pytest.approx(16.0)


@pytest.mark.parametrize(
    ("limit", "windows", "bets"), [(0.0, 5, BETS), (1.0, 5, BETS), (0.1, 0, BETS), (0.1, 5, (1.0,)), (0.1, 5, ())]
)
def test_what_cannot_be_is_refused(limit, windows, bets):
    with pytest.raises(AgreementError):
        RateEProcess(limit, windows=windows, bets=bets)


def test_no_more_can_count_than_were_drawn():
    with pytest.raises(AgreementError, match="5 of 4"):
        RateEProcess(0.1, windows=2).add_window(5, 4)
