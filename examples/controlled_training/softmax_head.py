"""One choice of the policy: a softmax over candidates that are described by features, and its gradients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Decision:
    """Choices of one kind made for many replies."""

    features: Floats  # shape (replies, candidates, weights)
    allowed: NDArray[np.bool_]  # shape (replies, candidates)
    chosen: Ints  # shape (replies,)


class SoftmaxHead:
    """Chooses by ``softmax(features @ weights)``; `start` are the weights before training."""

    def __init__(self, start: Floats) -> None:
        self.start = start
        self.weights = start.copy()
        self._momentum = np.zeros_like(start)
        self._scale = np.zeros_like(start)
        self._updates = 0

    def decide(self, features: Floats, allowed: NDArray[np.bool_], chance: np.random.Generator) -> Decision:
        """Draw one candidate for every reply."""
        drawn = np.where(allowed, features @ self.weights, -np.inf) + chance.gumbel(size=allowed.shape)
        return Decision(features, allowed, drawn.argmax(axis=1))

    def gradient(self, decision: Decision, advantages: Floats, kl_weight: float) -> Floats:
        """Return the gradient of ``mean(advantage · log p(chosen) - kl_weight · KL(p, p at the start))``."""
        now, before = (_probabilities(decision, weights) for weights in (self.weights, self.start))
        wanted = -now * advantages[:, None]
        wanted[np.arange(len(wanted)), decision.chosen] += advantages
        ratio = np.log(np.maximum(now, 1e-12) / np.maximum(before, 1e-12))
        wanted -= kl_weight * now * (ratio - (now * ratio).sum(axis=1, keepdims=True))
        return np.einsum("nc,ncd->d", wanted, decision.features) / len(wanted)

    def ascend(self, gradient: Floats, rate: float) -> None:
        """Take one step of Adam."""
        self._updates += 1
        self._momentum += 0.1 * (gradient - self._momentum)
        self._scale += 0.01 * (gradient**2 - self._scale)
        mean = self._momentum / (1 - 0.9**self._updates)
        spread = self._scale / (1 - 0.99**self._updates)
        self.weights += rate * mean / (np.sqrt(spread) + 1e-8)


def _probabilities(decision: Decision, weights: Floats) -> Floats:
    logits = np.where(decision.allowed, decision.features @ weights, -np.inf)
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
