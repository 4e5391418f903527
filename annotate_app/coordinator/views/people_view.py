"""People: who takes part."""

from __future__ import annotations

from dataclasses import asdict

from annotate_app.coordinator.coordinated_study import CoordinatedStudy
from annotate_app.coordinator.page_parts import table


def show(coordinated: CoordinatedStudy, _coordinator: str) -> None:
    """Show the page."""
    table([asdict(one) for one in coordinated.log().raters], key="people", empty="Nobody was let in yet.")
