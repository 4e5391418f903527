"""Whether the trainer that is in use can leave a reply without a reward out."""

from __future__ import annotations

import re
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from referee_calib.errors import InputError

LEAVES_OUT = (1, 6)
"""The first TRL version that leaves out a reply whose only reward is None; before, it counts as 0."""


def check_abstention() -> None:
    """Refuse an imported TRL that would take an abstention for a reward of 0, the worst of its group.

    Raises
    ------
    InputError
        With what to choose in its place. Nothing is imported to find out.
    """
    if "trl" not in sys.modules:
        return
    found = _installed()
    if found and tuple(map(int, re.findall(r"\d+", found)[:2])) < LEAVES_OUT:
        raise InputError(
            f'failure="abstain" with trl {found}',
            "this TRL takes a missing reward for 0, the worst of its group; it is left out from 1.6.0 on",
            'Update TRL, or pass failure="group-mean", failure="raise" or a number.',
        )


@cache
def _installed() -> str:
    try:
        return version("trl")
    except PackageNotFoundError:  # a module of that name that is no installed package
        return ""
