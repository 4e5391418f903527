"""The version is written in several places, for readers and builders that cannot ask one another; all say the same."""

import re
import tomllib
from pathlib import Path

import referee_calib

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ALONE = tomllib.loads((ROOT / "packaging/agreement/pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION = (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_the_version_is_the_same_everywhere():
    cited = re.search(r"^version: (.+)$", CITATION, flags=re.MULTILINE)[1]
    assert {PROJECT["version"], ALONE["version"], cited} == {referee_calib.__version__}


def test_the_statistics_alone_ask_for_what_the_whole_asks_for():
    assert set(ALONE["dependencies"]) <= set(PROJECT["dependencies"])
    assert ALONE["requires-python"] == PROJECT["requires-python"]
    assert set(ALONE["optional-dependencies"]["models"]) <= set(PROJECT["dependencies"])
    assert (ROOT / "packaging/agreement/LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
