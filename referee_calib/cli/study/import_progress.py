"""A bar with the name, the rate and the remaining time of each step over files, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from referee_calib.study import Track


def track_names(*, quiet: bool) -> Track:
    """Return what gives the names of a step one by one while it shows how far it is."""

    def track(step: str, names: Sequence[str]) -> Iterator[str]:
        from tqdm import tqdm

        off = quiet or not sys.stderr.isatty()
        with tqdm(names, desc=step, disable=off, file=sys.stderr, dynamic_ncols=True, leave=False) as bar:
            for name in bar:
                bar.set_postfix_str(Path(name).name[-40:])
                yield name

    return track
