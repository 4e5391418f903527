"""Dependencies point one way: agreement <- referee_calib <- annotate_app, and heavy tools stay in their rooms."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FORBIDDEN = {
    "agreement": {"referee_calib", "annotate_app", "sqlalchemy", "sqlite3", "cv2", "av", "streamlit"},
    "referee_calib": {"annotate_app", "streamlit"},
    "annotate_app": {"sqlalchemy", "sqlite3", "cv2", "av"},
}
ROOMS = {  # where a tool may be imported at all, as path prefixes below the root
    "sqlalchemy": ("referee_calib/study/",),
    "sqlite3": ("referee_calib/study/", "referee_calib/referee/cache/"),
    "cv2": (
        "referee_calib/video/",
        "referee_calib/sample/",
        "referee_calib/referee/backends/pixels/",
        "referee_calib/cli/study/doctor_checks",
    ),
    "av": ("referee_calib/video/", "referee_calib/sample/"),
}


def modules():
    return sorted(p for package in FORBIDDEN for p in (ROOT / package).rglob("*.py"))


def imported(path):
    """Top-level names of everything that a module imports, at any depth of its code, with full dotted names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module


@pytest.mark.parametrize("package", FORBIDDEN)
def test_imports_point_down(package):
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in (ROOT / package).rglob("*.py")
        for name in imported(path)
        if name.split(".")[0] in FORBIDDEN[package] and not (name == "annotate_app.server" and "cli" in path.parts)
    ]
    assert not wrong


@pytest.mark.parametrize("tool", ROOMS)
def test_a_tool_stays_in_its_room(tool):
    wrong = [
        str(path.relative_to(ROOT))
        for path in modules()
        if tool in {name.split(".")[0] for name in imported(path)}
        and not str(path.relative_to(ROOT)).startswith(ROOMS[tool])
    ]
    assert not wrong


def test_nobody_imports_the_composition_root():
    wrong = [
        str(path.relative_to(ROOT))
        for path in modules()
        if "cli" not in path.parts and any(name.startswith("referee_calib.cli") for name in imported(path))
    ]
    assert not wrong


def test_every_module_has_a_docstring_that_gives_its_idea():
    bare = [str(path.relative_to(ROOT)) for path in modules() if not ast.get_docstring(ast.parse(path.read_text()))]
    assert not bare
