"""Draw in a second process, which loads the drawing library while the first one measures.

Loading matplotlib and the page's templates takes about as long as measuring a small study. Only a process that has
just begun does so: a copy of a small process is made at once, and one without threads can be copied safely.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

Render = Callable[[Mapping[str, Any]], str]


@contextmanager
def rendering() -> Iterator[Render]:
    """Give a function that renders the page, in a process that gets ready meanwhile where that helps.

    Yields
    ------
    callable
        As :func:`referee_calib.report.html.render_html`, with the same page and the same errors.
    """
    if not _fresh():
        yield _here
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
        pool.submit(_get_ready)

        def there(report: Mapping[str, Any]) -> str:
            try:
                return pool.submit(_here, report).result()
            except BrokenProcessPool:  # killed, for lack of memory say
                return _here(report)

        yield there


def _fresh() -> bool:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    return cores > 1 and "numpy" not in sys.modules and threading.active_count() == 1


def _here(report: Mapping[str, Any]) -> str:
    from referee_calib.report.html import render_html

    return render_html(report)


def _get_ready() -> None:
    import matplotlib.backends.backend_svg
    import matplotlib.figure  # noqa: F401

    from referee_calib.report.html import environment

    environment().get_template("report.html.j2")
