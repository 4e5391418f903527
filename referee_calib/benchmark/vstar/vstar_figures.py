"""The figures of V-STaR as functions of means: Acc, m_tIoU, m_vIoU, AM, LGM, their means over chains, and their parts.

With a = Acc, t = m_tIoU and v = m_vIoU of a chain, AM = (a + t + v) / 3 and
LGM = −(ln(1 − a) + ln(1 − t) + ln(1 − v)) / 3; mAM and mLGM are the means of the two chains. Cheng et al., V-STaR
(arXiv 2503.11495), as in ``eval.py`` of V-STaR-Bench/V-STaR.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from referee_calib.benchmark.statistics.figures import Figure, Means, mean_of
from referee_calib.benchmark.statistics.item_values import Floats
from referee_calib.benchmark.vstar.evaluators.evaluation_rules import CHAINS
from referee_calib.benchmark.vstar.evaluators.item_evaluation import BOX_THRESHOLDS, JOINT, SPAN_THRESHOLDS

AT_ONE = "a mean of 1 has no LGM: the logarithm of 1 − 1 is not defined"
PARTS = ("answer", "time", "place")
_JOINT_TITLES = dict(
    zip(JOINT, ("Answer & time", "Answer & place", "Time & place", "Answer & time & place"), strict=True)
)
Term = Callable[[Floats], Floats]


def _log_term(mean: Floats) -> Floats:
    return -np.log(1 - mean)


def _plain_term(mean: Floats) -> Floats:
    return mean


def _means_of(part: str, chain: int) -> str:
    """Return the metric of a part: "what" is asked once for both chains."""
    return {"answer": "acc", "time": f"tiou_{chain}", "place": f"viou_{chain}"}[part]


def _average(key: str, title: str, term: Term, chains: tuple[int, ...], parts: tuple[str, ...], group: str) -> Figure:
    """Return the sum of the terms of these parts over 3, averaged over chains."""
    metrics = tuple(dict.fromkeys(_means_of(part, chain) for chain in chains for part in parts))

    def formula(means: Means) -> Floats:
        terms = [term(means[_means_of(part, chain)]) for chain in chains for part in parts]
        return np.asarray(sum(terms[1:], terms[0]) / (3 * len(chains)), dtype=float)

    bounds = (0.0, 1.0 if term is _plain_term else math.inf)
    return Figure(key, title, metrics, formula, AT_ONE, group, bounds=bounds)


ACCURACY = mean_of("acc", "Acc", key="accuracy")
M_AM = _average("mam", "mAM", _plain_term, CHAINS, PARTS, "")
M_LGM = _average("mlgm", "mLGM", _log_term, CHAINS, PARTS, "")


def chain_figures(chain: int) -> tuple[Figure, ...]:
    """Return m_tIoU, m_vIoU, AM and LGM of a chain."""
    group = f"Chain {chain}"
    return (
        mean_of(f"tiou_{chain}", "m_tIoU", key=f"chain_{chain}.m_tiou", group=group),
        mean_of(f"viou_{chain}", "m_vIoU", key=f"chain_{chain}.m_viou", group=group),
        _average(f"chain_{chain}.am", "AM", _plain_term, (chain,), PARTS, group),
        _average(f"chain_{chain}.lgm", "LGM", _log_term, (chain,), PARTS, group),
    )


def threshold_figures(chain: int) -> tuple[Figure, ...]:
    """Return the shares of items and frames that reach thresholds in a chain, and the joint figures."""
    group = f"Chain {chain}"
    spans = [mean_of(f"r1@{t}_{chain}", f"R1@{t}", key=f"chain_{chain}.r1@{t}", group=group) for t in SPAN_THRESHOLDS]
    boxes = [mean_of(f"ap@{t}_{chain}", f"mAP@{t}", key=f"chain_{chain}.map@{t}", group=group) for t in BOX_THRESHOLDS]
    joint = [mean_of(f"{k}_{chain}", _JOINT_TITLES[k], key=f"chain_{chain}.joint.{k}", group=group) for k in JOINT]
    return (*spans, *boxes, *joint)


HEADLINE = (ACCURACY, *(figure for chain in CHAINS for figure in chain_figures(chain)), M_AM, M_LGM)
"""What papers report, in their order."""

DETAILS = (
    mean_of("score", "Judge's score", key="score", percent=False),
    mean_of("valid_score", "Judge's score where read", key="valid_score", percent=False),
    *(figure for chain in CHAINS for figure in threshold_figures(chain)),
)

DECOMPOSITION = tuple(
    _average(f"{key}.{part}", f"{title}, {part}", term, CHAINS, (part,), "")
    for key, title, term in (("mlgm", "mLGM", _log_term), ("mam", "mAM", _plain_term))
    for part in PARTS
)
"""The three parts that mLGM and mAM are sums of: a difference is the sum of the differences of its parts, exactly."""

TESTED = (ACCURACY, *(one for c in CHAINS for one in chain_figures(c)[:2]), M_AM, M_LGM)
"""Figures whose differences are tested; AM and LGM of one chain are their means over again."""
