"""Draw in processes of their own, which load the drawing library while this one measures.

Loading matplotlib and the page's templates takes about as long as measuring a small study. Only a process that has
just begun does so: a copy of a small process is made at once, and one without threads can be copied safely. When
everything is loaded the second process makes a third one of itself, and the two share the figures: by then the first
one only waits.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

Render = Callable[..., str]


class Copy:
    """A copy of this process that does what it is told until nobody can tell it anything: then it ends.

    Parameters
    ----------
    get_ready : callable
        Called in the copy at once.
    """

    def __init__(self, get_ready: Callable[[], None]) -> None:
        context = get_context("fork")
        self._pipe, its_end = context.Pipe()
        self._process = context.Process(target=_serve, args=(its_end, self._pipe, get_ready))
        self._process.start()
        its_end.close()

    def tell(self, work: Callable[..., object], *arguments: object) -> None:
        """Have the copy call a function.

        Raises
        ------
        OSError
            When the copy was killed.
        """
        self._pipe.send((work, arguments))

    def result(self) -> Any:
        """Wait for what the function returned; what it raised is raised here.

        Raises
        ------
        EOFError, OSError
            When the copy was killed.
        """
        value, error = self._pipe.recv()
        if error is not None:
            raise error
        return value

    def close(self) -> None:
        """Let it end."""
        self._pipe.close()
        self._process.join()


_HELPERS: list[Copy] = []  # of the second process: the third one


def _serve(pipe: Connection, callers_end: Connection, get_ready: Callable[[], None]) -> None:
    callers_end.close()  # so that the pipe ends with the caller, even one that was killed
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller is interrupted too, and closes the pipe
    try:
        get_ready()
        while True:
            work, arguments = pipe.recv()
            try:
                pipe.send((work(*arguments), None))
            except Exception as error:  # noqa: BLE001 - the caller raises it
                pipe.send((None, error))
    except Exception:  # noqa: BLE001 - the caller has left, or finds the pipe closed and does the work itself
        return
    finally:
        while _HELPERS:
            _HELPERS.pop().close()


@contextmanager
def rendering() -> Iterator[Render]:
    """Give a function that renders the page, in a process that gets ready meanwhile where that helps.

    Yields
    ------
    callable
        As :func:`referee_calib.report.html_page.render_html`, with the same page and the same errors.
    """
    if not _fresh():
        yield _here
        return
    second = Copy(_get_ready)

    def there(report: Any, **options: bool) -> str:
        try:
            second.tell(_together, report, *options.values())
            return str(second.result())
        except (EOFError, OSError):  # killed, for lack of memory say
            return _here(report, **options)

    try:
        yield there
    finally:
        second.close()


def _fresh() -> bool:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    return cores > 1 and "numpy" not in sys.modules and threading.active_count() == 1


def _here(report: Any, full: bool = False) -> str:
    from referee_calib.report.html_page import render_html

    return render_html(report, full=full)


def _together(report: Any, full: bool = False) -> str:
    """Render the page in the second process, with half of the figures from the third."""
    if not _HELPERS:
        return _here(report, full)
    from referee_calib.report.figures.report_figures import all_figures, some_figures
    from referee_calib.report.html_page import render_html

    def draw(report: Any) -> dict[str, Any]:
        helper = _HELPERS[0]
        try:
            helper.tell(some_figures, report, 1, 2)
            mine = some_figures(report, 0, 2)
            return {**mine, **helper.result()}
        except (EOFError, OSError):
            return all_figures(report)

    return render_html(report, draw, full=full)


def _get_ready() -> None:
    """Load what drawing needs, draw once, because a first figure takes twice as long, and start the third process."""
    import matplotlib.backends.backend_svg  # noqa: F401

    from referee_calib.report.figures.svg_figure import finish, panel, style
    from referee_calib.report.html_page import environment

    templates = environment()
    for name in templates.list_templates():
        templates.get_template(name)
    with style():
        figure, (axes,) = panel(1.0)
        finish(figure, axes, key="first", title="The first", alt="", simulated=False)
    _HELPERS.append(Copy(lambda: None))
