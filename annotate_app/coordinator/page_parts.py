"""What the coordinator's pages share: text that stays text, tables, estimates as cells, messages after a decision."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

import pandas as pd
import streamlit as st

from referee_calib.errors import RefereeCalibError
from referee_calib.unseen_characters import shown

if TYPE_CHECKING:
    from agreement import Estimate

Chosen = TypeVar("Chosen")
ROW_HEIGHT = 35
MOST_ROWS_SHOWN = 12
COEFFICIENTS = {
    "cohen_kappa_quadratic": "Cohen's kappa, quadratic",
    "fleiss_kappa_quadratic": "Fleiss' kappa, quadratic",
    "krippendorff_alpha_ordinal": "Krippendorff's alpha, ordinal",
    "gwet_ac2_quadratic": "Gwet's AC2, quadratic",
    "percent_agreement": "Percent agreement",
}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])")


def plain(text: str) -> str:
    r"""Return text that Streamlit's Markdown shows as it is.

    >>> plain("**bold** [link](x)")
    '\\*\\*bold\\*\\* \\[link\\]\\(x\\)'
    """
    return _MARKDOWN.sub(r"\\\1", " ".join(shown(text).split()))


def table(rows: Sequence[Mapping[str, Any]], *, key: str, columns: Mapping[str, Any] | None = None, empty: str) -> None:
    """Show rows as a table that keys walk through, or the sentence `empty`; every cell is text or a number."""
    if not rows:
        st.text(empty)
        return
    frame = pd.DataFrame([{name: shown(v) if isinstance(v, str) else v for name, v in row.items()} for row in rows])
    height = ROW_HEIGHT * (min(len(frame), MOST_ROWS_SHOWN) + 1) + 3
    st.dataframe(frame, key=key, hide_index=True, width="stretch", height=height, column_config=columns)


def estimate_row(found: Estimate) -> dict[str, Any]:
    """Return an estimate as cells: value, limits, and why one of them is missing."""
    return {
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "claims": found.n_units,
        "videos": found.n_clusters,
        "why not": found.reason or "",
    }


def estimate_columns(unit: str) -> dict[str, Any]:
    """Return how the cells of estimates are written."""
    number = st.column_config.NumberColumn(format="%.2f", help=unit)
    return {"value": number, "low": number, "high": number}


def decide(act: Callable[[], object], done: str) -> None:
    """Carry out a decision; say that it is stored on the page that follows, or what stopped it on this one."""
    try:
        act()
    except RefereeCalibError as error:
        st.error(plain(str(error)))
        return
    st.session_state["flash"] = done
    st.rerun()


def is_chosen(subject: Chosen | None) -> TypeGuard[Chosen]:
    """Tell whether somebody or something is chosen to decide on, and say so on the page where not.

    A list to decide on begins without a choice: where the one that was meant is gone meanwhile, Streamlit takes the one
    that it began with.
    """
    if not subject:
        st.error("Nothing was decided: nobody and nothing is chosen, or the choice is gone since.")
    return bool(subject)


def show_flash() -> None:
    """Show what the last decision did, once."""
    if done := st.session_state.pop("flash", ""):
        st.success(plain(done))


def sign_out_form(name: str) -> str:
    """Return the form that signs out, with the name that stands beside decisions."""
    return (
        f'<form class="rc-out" method="post" action="/sign-out"><span>Coordinator {escape(shown(name))}</span>'
        "<button>Sign out</button></form>"
    )


def first_words(text: str, most: int = 60) -> str:
    """Return the beginning of a text, for a list to choose from."""
    one_line = " ".join(shown(text).split())
    return one_line if len(one_line) <= most else f"{one_line[: most - 1]}…"
