"""Two simulated policies: how often each goes wrong, and in which way, at the first and at the last training step.

Both begin alike. ``policy-a`` learns to point: its faults become rare and its boxes exact. ``policy-b`` learns an
exploit as well: it boxes a look-alike under a name that fits both ("red thing" for a red star where the question is
about the red ball), which the embedded referee pays in full and people do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from referee_calib.sample.replies.claim_faults import ClaimFault

STEPS = (0, 100, 200, 300)
Course = tuple[float, float]  # a value at the first and at the last step; in between it changes evenly


@dataclass(frozen=True)
class SimulatedPolicy:
    """A policy in training."""

    name: str  # the `source` of its replies
    # how often each fault is tried in a claim with a box; one that cannot be made there leaves the claim right
    fault_rates: Mapping[ClaimFault, Course]
    span_fault_rate: Course  # how often the answer's span is wrong, too long as often as moved
    # standard deviation of every edge of a box that is meant to be right, as a share of the box's size
    edge_error: Course
    off_moment: Course  # how often it looks anywhere in the clip and not where the question is decided


_FAULT_RATES: dict[ClaimFault, Course] = {
    "shifted": (0.12, 0.05),
    "loose": (0.07, 0.03),
    "tight": (0.07, 0.03),
    "wrong_box": (0.10, 0.03),
    "wrong_name": (0.14, 0.04),
    "wrong_time": (0.10, 0.03),
    "whole_frame": (0.04, 0.01),
    "duplicate": (0.03, 0.03),
    "unknown_phrase": (0.03, 0.01),
    "malformed": (0.06, 0.02),
}
POLICIES = (
    SimulatedPolicy(
        name="policy-a",
        fault_rates=_FAULT_RATES,
        span_fault_rate=(0.60, 0.25),
        edge_error=(0.05, 0.015),
        off_moment=(0.3, 0.1),
    ),
    SimulatedPolicy(
        name="policy-b",
        fault_rates={
            "vague_lookalike": (0.02, 0.45),  # tried first
            **_FAULT_RATES,
            "wrong_name": (0.14, 0.05),
            "whole_frame": (0.04, 0.03),
            "duplicate": (0.03, 0.04),
        },
        span_fault_rate=(0.60, 0.50),
        edge_error=(0.05, 0.03),
        off_moment=(0.3, 0.1),
    ),
)


def at_step(course: Course, step: int) -> float:
    """Return the value of a course at a training step."""
    return course[0] + step / STEPS[-1] * (course[1] - course[0])
