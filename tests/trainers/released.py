"""Released files of trainers that cannot be installed here, run as they are with stand-ins for what they import."""

from __future__ import annotations

import ast
import importlib.util
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(sys.prefix) / "released"


def place(path: str) -> Path:
    """Return a released file; without one, say how it comes here."""
    found = ROOT / path
    if not found.is_file():
        raise FileNotFoundError(f"{found}: type `make trainers`, which unpacks the releases")
    return found


def stand_in(monkeypatch: Any, modules: Mapping[str, Mapping[str, Any]]) -> None:
    """Put modules with these names into the place of those that would be imported."""
    for name, content in modules.items():
        module = types.ModuleType(name)
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, name, module)


def load(monkeypatch: Any, name: str, path: str) -> Any:
    """Run a released file as the module of this name."""
    spec = importlib.util.spec_from_file_location(name, place(path))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


def definition(path: str, name: str, **known: Any) -> Any:
    """Run one definition or assignment of a released file (`Class.method` for a static one), and return it."""
    body = ast.parse(place(path).read_text(encoding="utf-8")).body
    for step in name.split(".")[:-1]:
        body = next(node.body for node in body if isinstance(node, ast.ClassDef) and node.name == step)
    last = name.rpartition(".")[2]
    (node,) = [node for node in body if last in _names(node)]
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        node.decorator_list = []
    exec(compile(ast.Module([node], []), path, "exec"), known)
    return known[last]


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]
