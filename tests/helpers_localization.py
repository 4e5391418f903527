"""Marks with a bias and a noise that are known."""

from __future__ import annotations

import numpy as np

from agreement import span_marks


def planted(seed=0, n_items=150, missing=0.2, noise=1.5, length=100.0):
    """Marks with a bias of −2, −0.5, 0.5 and 2 at the start, none at the end, and noise of 1.5 at both."""
    rng = np.random.default_rng(seed)
    bias = np.array([-2.0, -0.5, 0.5, 2.0])
    begin, size = rng.uniform(20, 50, n_items), rng.uniform(15, 30, n_items)
    item, who = np.nonzero(rng.random((n_items, 4)) >= missing)
    start = begin[item] + bias[who] + rng.normal(0, noise, len(item))
    end = begin[item] + size[item] + rng.normal(0, noise, len(item))
    return span_marks(item, [f"p{j}" for j in who], start, end, cluster=item // 3, length=length), bias
