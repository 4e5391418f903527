"""The options of the suite, for pytest runs that ask for it; every other run is left alone.

It is an entry point of pytest, so this module is imported by every pytest run where the package is installed: it
imports nothing but the standard library and adds nothing unless the suite is among what is to be run. Options that were
always there would collide with those of other people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

SUITE = "referee_calib.robustness"


def pytest_load_initial_conftests(early_config: pytest.Config, parser: pytest.Parser, args: list[str]) -> None:
    """Add the options when the suite is among the arguments."""
    if any(_names_the_suite(arg) for arg in args):
        _options(parser)


def _names_the_suite(arg: str) -> bool:
    """Tell whether an argument is the suite, one of its modules or tests, or the path of one."""
    named = arg.partition("::")[0].replace("/", ".").removesuffix(".py")
    return not arg.startswith("-") and SUITE in named and not named.endswith("plugin")


def _options(parser: pytest.Parser) -> None:
    group = parser.getgroup("referee-calib", "holding a reward for video evidence to its suite")
    group.addoption("--reward", metavar="NAME", help="module:attribute of a reward, or a name such as semantic or iou")
    group.addoption("--study", metavar="FOLDER", help="a study of referee-calib with true evidence")
    group.addoption("--referee", metavar="NAME", default="pixels", help="of the semantic reward (default: pixels)")
    group.addoption("--writer", metavar="MODULE:NAME", default="", help="writes a reply as the text your reward reads")
    group.addoption("--truth", metavar="FILE", help="annotated objects as JSON lines, beside what the study knows")
    group.addoption("--claims", metavar="N", type=int, default=60, help="true claims of each kind (default: 60)")
    group.addoption("--only", choices=("boxes", "span"), help="evidence that your reward judges, if it is one kind")
    group.addoption("--no-frames", action="store_true", help="your reward looks at no pictures: leave those tests out")
    group.addoption(
        "--range",
        nargs=2,
        type=float,
        metavar=("LOW", "HIGH"),
        help="between which its values lie (default: 0 1)",
    )
    group.addoption(
        "--undecided", choices=("fail", "skip"), default="fail", help="what a test is that cannot tell (default: fail)"
    )
