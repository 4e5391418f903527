"""How single annotators mark: early or late, loose or tight, and how noisy each edge is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from agreement.arrays import Floats, Ints
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.json_fields import JsonFields
from agreement.localization.annotator_marks import EDGES, AnnotatorMarks, Kind
from agreement.localization.edge_variance import edge_variances
from agreement.options import check_confidence
from agreement.raters.severity import rater_severity

NOT_NAMED = "annotators are only numbered: a number is not the same person on every item"
# what else a mark is measured by, as sums of edges: a middle and a size along each axis
MEASURED: dict[Kind, dict[str, tuple[float, ...]]] = {
    "span": {"middle": (0.5, 0.5), "length": (-1.0, 1.0)},
    "box": {
        "middle x": (0.5, 0.0, 0.5, 0.0),
        "middle y": (0.0, 0.5, 0.0, 0.5),
        "width": (-1.0, 0.0, 1.0, 0.0),
        "height": (0.0, -1.0, 0.0, 1.0),
    },
}


@dataclass(frozen=True)
class EdgeNoise(JsonFields):
    """Where the differences of one edge, or of a middle or size, come from, as standard deviations in its own unit.

    Parameters
    ----------
    item : Estimate
        Of what is marked: how far items differ.
    annotator : Estimate
        Of annotators' lasting bias; undefined where annotators are only numbered.
    noise : Estimate
        Of what is left: an annotator's mark about what item and bias make of it. Where annotators are only numbered
        their bias is in here.
    """

    item: Estimate
    annotator: Estimate
    noise: Estimate


@dataclass(frozen=True)
class EdgeEffects(JsonFields):
    """Bias of each annotator and noise of each edge.

    Parameters
    ----------
    kind : {"span", "box"}
    bias : mapping of str to mapping of str to Estimate
        By edge (``"start"``), middle or size (``"length"``), then by annotator: how far above the average annotator's
        this one's lie on the same items. A later middle is above 0, and so is a longer span or larger box. Empty where
        annotators are only numbered, with ``reason``.
    noise : mapping of str to EdgeNoise
        By edge, middle or size.
    reason : str or None
        Why there is no bias.
    """

    kind: Kind
    bias: Mapping[str, Mapping[str, Estimate]]
    noise: Mapping[str, EdgeNoise]
    reason: str | None = None


def edge_effects(marks: AnnotatorMarks, *, confidence: float = 0.95) -> EdgeEffects:
    r"""Return each annotator's bias and each edge's noise.

    The model of an edge is :math:`y_{ij} = m_i + b_j + e_{ij}` with :math:`\sum_j b_j = 0`, by least squares, so that
    annotators who met other items are not taken for biased (:func:`agreement.rater_severity`). The noise is
    :math:`\sigma_e^2 = RSS / (N - I - J + 1)`; the bias component is the variance of the :math:`b_j` about 0 over
    J − 1, less what noise adds to it; the item component likewise. Intervals are jackknife-t over clusters, of
    components on the log scale.

    Parameters
    ----------
    marks : AnnotatorMarks
        Edges are measured in the unit that they were given in.
    confidence : float, default 0.95

    Returns
    -------
    EdgeEffects

    Raises
    ------
    AgreementError
        Where no item was marked twice.

    Examples
    --------
    The second annotator ends 2 later throughout:

    >>> from agreement import span_marks
    >>> marks = span_marks(list("aabbcc"), ["p", "q"] * 3, [0, 0, 3, 3, 5, 5], [4, 6, 6, 8, 9, 11])
    >>> found = edge_effects(marks)
    >>> {who: round(bias.value, 6) for who, bias in found.bias["end"].items()}
    {'p': -1.0, 'q': 1.0}
    """
    check_confidence(confidence)
    if not marks.shared.any():
        raise AgreementError("no item that two annotators marked", "bias and noise show only where marks are compared")
    columns = _measured(marks)
    table = {name: _table(marks, values) for name, values in columns.items()}
    cluster = marks.member if marks.clustered else None
    bias: dict[str, dict[str, Estimate]] = {}
    if marks.named:
        names = [str(label) for label in marks.annotators]
        for name, one in table.items():
            found = rater_severity(one, cluster=cluster, confidence=confidence)
            bias[name] = dict(zip(names, found.values(), strict=True))
    noise = {name: _noise(marks, one, confidence) for name, one in table.items()}
    return EdgeEffects(marks.kind, bias, noise, None if marks.named else NOT_NAMED)


def _measured(marks: AnnotatorMarks) -> dict[str, Floats]:
    """Return every edge, middle and size of each mark."""
    edges = dict(zip(EDGES[marks.kind], marks.rows.T, strict=True))
    return edges | {name: marks.rows @ np.array(parts) for name, parts in MEASURED[marks.kind].items()}


def _table(marks: AnnotatorMarks, values: Floats) -> Floats:
    """Return values as (items, annotators), NaN where there is no mark; annotators who are only numbered from 0."""
    column = marks.annotator if marks.named else _numbered(marks)
    width = len(marks.annotators) if marks.named else int(marks.count.max())
    found = np.full((len(marks.items), width), np.nan)
    found[marks.item, column] = values
    return found


def _numbered(marks: AnnotatorMarks) -> Ints:
    starts = np.concatenate([[0], np.cumsum(marks.count)])[:-1]
    return np.asarray(np.arange(len(marks.rows)) - starts[marks.item])


def _noise(marks: AnnotatorMarks, table: Floats, confidence: float) -> EdgeNoise:
    blank = marks.blank(confidence)
    found = edge_variances(table, marks.member, named=marks.named)
    made = {
        name: replace(blank, reason=part.reason)
        if part.reason
        else blank.with_interval(part.value, part.interval(confidence))
        for name, part in (("item", found.item), ("annotator", found.annotator), ("noise", found.noise))
    }
    if not marks.named:
        made["annotator"] = replace(blank, reason=NOT_NAMED)
    return EdgeNoise(**made)
