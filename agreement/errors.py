"""The one error this package raises on purpose, and how its sentence is built."""

from __future__ import annotations


class AgreementError(ValueError):
    """Ratings or options that cannot mean anything: what was seen, why that stops the work, what to do.

    Parameters
    ----------
    seen : str
        What was found, with its place: ``"value 7 of unit 'clip-3' by rater 'ann'"``.
    why : str, optional
        Why no coefficient can be computed from it: ``"it is outside the scale (0, 1, 2, 3, 4)"``.
    do : str, optional
        What to do about it, a line of code where there is one.

    Examples
    --------
    >>> print(AgreementError("value 7", "it is outside the scale (0, 1, 2)", "Correct it or declare scale=."))
    value 7: it is outside the scale (0, 1, 2). Correct it or declare scale=.
    """

    def __init__(self, seen: str, why: str = "", do: str = "") -> None:
        self.seen, self.why, self.do = seen, why, do
        super().__init__(seen, why, do)

    def __str__(self) -> str:
        said = self.seen if not self.why else f"{self.seen}: {self.why}"
        line = said if not self.do else f"{said.rstrip('.')}. {self.do}"
        return " ".join(line.split())
