"""Dependencies point one way: agreement <- referee_calib <- annotate_app, and heavy tools stay in their rooms."""

import ast
import importlib
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FORBIDDEN = {
    "agreement": {"referee_calib", "annotate_app", "sqlalchemy", "sqlite3", "cv2", "av", "streamlit"},
    "referee_calib": {"annotate_app", "streamlit"},
    "annotate_app": {"sqlalchemy", "sqlite3", "cv2", "av"},
}
SERVERS = {"annotate_app.server", "annotate_app.coordinator.coordinator_server"}  # what verbs start
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
        if name.split(".")[0] in FORBIDDEN[package] and not (name in SERVERS and "cli" in path.parts)
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


def graph(root, packages):
    """Which module imports which, at any depth of its code and for types alike; a package stands for its __init__."""
    paths = [path for package in packages for path in (root / package).rglob("*.py")]
    names = {".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}
    edges = {}
    for name, path in names.items():
        wanted = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                wanted |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                wanted |= inner & names.keys() or {node.module}
        edges[name] = wanted & names.keys()
    return edges


def circle(edges):
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_nothing_imports_in_a_circle():
    assert circle(graph(ROOT, FORBIDDEN)) == []


@pytest.mark.parametrize(
    "back",
    [
        "from package import a\n",
        "import package.a\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from package.a import A\n",
        "def later():\n    from package.a import A\n",
    ],
    ids=["module", "plain", "for types only", "inside a function"],
)
def test_a_circle_is_found_however_it_closes(tmp_path, back):
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("")
    (tmp_path / "package" / "a.py").write_text("from package.b import B\n")
    (tmp_path / "package" / "b.py").write_text(back)
    assert set(circle(graph(tmp_path, ["package"]))) == {"package.a", "package.b"}


def test_folders_hold_one_idea():
    crowded = {
        str(folder.relative_to(ROOT)): len(files)
        for package in FORBIDDEN
        for folder in [ROOT / package, *(ROOT / package).rglob("*/")]
        if len(files := [path for path in folder.glob("*.py") if path.name not in ("__init__.py", "conftest.py")]) > 15
    }
    assert crowded == {}


def test_packages_import_only_the_public_names_of_another():
    """The command line is the composition root and may reach further; root modules offer all they hold."""
    edges = graph(ROOT, FORBIDDEN)
    packages = {name for name in edges if (ROOT / Path(*name.split(".")) / "__init__.py").exists()}

    def room(name):
        parts = name.split(".")
        return parts[0] if parts[0] != "referee_calib" else ".".join(parts[:2])

    wrong = []
    for path in modules():
        own = room(".".join(path.relative_to(ROOT).with_suffix("").parts))
        if own == "referee_calib.cli":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.ImportFrom) and node.module in edges):
                continue
            other = room(node.module)
            if other in packages and other not in (own, "referee_calib"):
                public = set(importlib.import_module(other).__all__)
                names = {alias.name for alias in node.names}
                if node.module != other or names - public:
                    wrong.append(f"{path.relative_to(ROOT)} imports {', '.join(sorted(names))} from {node.module}")
    assert wrong == []


def test_every_module_that_a_docstring_names_is_there():
    names = graph(ROOT, FORBIDDEN).keys()
    lost = []
    for path in modules():
        own = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        package = own if path.name == "__init__.py" else own.rpartition(".")[0]
        for name in re.findall(r":mod:`~?([\w.]+)`", path.read_text(encoding="utf-8")):
            full = package + name if name.startswith(".") else name
            if full.split(".")[0] in FORBIDDEN and full not in names:
                lost.append(f"{path.relative_to(ROOT)}: {name}")
    assert lost == []
