"""A study and its records: claims, ratings and those who give them, referees and their scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from referee_calib.actor import acting
from referee_calib.records import Claim, Mark, Rating, RefereeScore, claims_frame, ratings_frame, scores_frame
from referee_calib.study import scale_check
from referee_calib.study.people import personal_links
from referee_calib.study.people import raters as people
from referee_calib.study.people.raters import Rater
from referee_calib.study.store import act_rows, claim_rows, mark_rows, rating_rows, schema, score_rows
from referee_calib.study.store.onboarding import held_rating_rows
from referee_calib.study.store.review import review_rows
from referee_calib.study.study_folder import StudyFolder

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class AddResult:
    """What became of records that were handed in."""

    new: int  # stored now
    known: int  # there before: nothing changed
    replaced: int = 0  # took the place of a failed score


class Study(StudyFolder):
    """An open study, by :meth:`create` or :meth:`open`; several processes and threads may have it open at once."""

    # claims

    def add_claims(self, claims: Sequence[Claim]) -> AddResult:
        """Store claims; those that are there are left as they are.

        Raises
        ------
        ClaimError
            When an id comes twice, a claim is there with another reference, step, source or text, or the rubric asks
            about none of its dimensions.
        """
        scale_check.check_claims(self.rubric, claims)
        with self.writing() as connection:
            new = claim_rows.add(connection, [claim_rows.row_of(one) for one in claims])
        return AddResult(new, len(claims) - new)

    def add_claim_rows(self, rows: Iterable[claim_rows.ClaimRow]) -> AddResult:
        """Store claims that are rows already, a few hundred at a time; as :meth:`add_claims`."""
        left, new, count = iter(rows), 0, 0
        with self.writing() as connection:
            while batch := list(islice(left, claim_rows.BATCH)):
                new += claim_rows.add(connection, batch)
                count += len(batch)
        return AddResult(new, count - new)

    def claims(
        self, ids: Sequence[str] | None = None, *, sampled: bool = False, perturbed: bool = False
    ) -> list[Claim]:
        """Return claims in order of import.

        Parameters
        ----------
        ids : sequence of str, optional
            Only these, in this order, whatever they are.
        sampled : bool
            Only those drawn for people to rate, in the order of the draw; all while none was drawn.
        perturbed : bool
            With those set apart: made by ``referee-calib perturb --for-people``, known claims that train and check
            raters, or excluded by a coordinator. No figure of the study counts them.

        Raises
        ------
        StudyError
            When an id is unknown.
        """
        with self.reading() as connection:
            found = claim_rows.get(connection, ids, only_sampled=sampled)
            whole = perturbed or ids is not None
            return found if whole else review_rows.for_figures(connection, found)

    def select(self, ids: Sequence[str], *, force: bool = False) -> None:
        """Make these the claims people rate.

        Parameters
        ----------
        ids : sequence of str
            Claims, in the order of the draw.
        force : bool
            Leave out claims that people have rated, too; their ratings stay stored and no longer count.

        Raises
        ------
        StudyError
            When one is unknown or comes twice, or a claim that people have rated would be left out.
        """
        with self.writing() as connection:
            claim_rows.choose(connection, ids, force=force)

    def n_sampled(self) -> int:
        """Return how many claims were drawn for people to rate; 0 while none was."""
        with self.reading() as connection:
            return claim_rows.count(connection, schema.sampled)

    # ratings and those who give them

    def add_ratings(self, ratings: Sequence[Rating], marks: Sequence[Mark] = ()) -> AddResult:
        """Append ratings, and marks that belong to the same act; when this returns all of them are on the disk.

        A repeated one is known; the result counts ratings.

        Raises
        ------
        RatingError
            When one names an unknown claim or rater, a dimension its claim or the rubric lacks, or a level that is none
            of the rubric's; then none of them is stored.
        """
        scale_check.check_ratings(self.rubric, ratings)
        with self.writing() as connection:
            new = act_rows.add(connection, ratings, self.rubric.dimensions, marks)
        return AddResult(new, len(ratings) - new)

    def ratings(
        self, *, history: bool = False, perturbed: bool = False, held: bool = False, occasion: str | None = ""
    ) -> list[Rating]:
        """Return the latest rating per claim, rater and dimension, or with `history` every one ever given.

        Those of claims set apart, and of raters whom a coordinator excluded, come only with `perturbed`, those held
        back for their quality only with `held`, and second looks only when `occasion` is "repeat", or None for all
        occasions, each for itself.
        """
        with self.reading() as connection:
            found = rating_rows.get(connection, history=history, occasion=occasion)
            counted = found if held else held_rating_rows.without_held(connection, found)
            return counted if perturbed else review_rows.for_figures(connection, counted)

    def ratings_of(self, rater: str, claim: str, occasion: str = "") -> list[Rating]:
        """Return a rater's latest ratings of one claim on one occasion, at most one per dimension."""
        with self.reading() as connection:
            return rating_rows.of_claim(connection, rater, claim, occasion)

    def add_rater(self, name: str, origin: str = "app") -> str:
        """Register a rater and return the personal code; only its hash is stored.

        Parameters
        ----------
        name : str
            A pseudonym of at most 64 characters.
        origin : str
            "app" for people who sign in; others ("simulated", "label_studio", …) get no code.

        Returns
        -------
        str
            The code, or "" when this rater does not sign in.

        Raises
        ------
        StudyError
            When the name is taken or cannot be used.
        """
        code = people.new_code() if origin == "app" else ""
        with self.writing() as connection:
            digest = people.code_digest(code) if code else None
            rating_rows.add_rater(connection, people.check_name(name), origin, digest)
        return code

    def renew_code(self, name: str) -> str:
        """Give a rater a new personal code; the old one no longer works.

        Links and open sign-ins end with it.

        Raises
        ------
        StudyError
            When there is no such rater, or nobody can sign in as this one.
        """
        return personal_links.renew_code(self, name, actor=acting())

    def rater_of(self, code: str) -> str | None:
        """Return whose personal code this is, None when nobody's."""
        if not code.strip():
            return None
        with self.reading() as connection:
            return rating_rows.rater_with(connection, people.code_digest(code))

    def raters(self) -> list[Rater]:
        """Return all raters."""
        with self.reading() as connection:
            return rating_rows.raters(connection)

    def is_rateable(self, claim: str) -> bool:
        """Tell whether people rate the claim of this id, at a cost that does not grow with the study."""
        with self.reading() as connection:
            return claim_rows.is_rateable(connection, claim, self.rubric.dimensions)

    def add_marks(self, marks: Sequence[Mark]) -> AddResult:
        """Append marks; on the disk when this returns. RatingError as for ratings; then none of them is stored."""
        with self.writing() as connection:
            new = mark_rows.add(connection, marks)
        return AddResult(new, len(marks) - new)

    def marks(self, *, history: bool = False, perturbed: bool = False, held: bool = False) -> list[Mark]:
        """Return the latest mark per claim and rater, or every one; `perturbed` and `held` as for :meth:`ratings`."""
        with self.reading() as connection:
            found = mark_rows.get(connection, history=history)
            counted = found if held else held_rating_rows.without_held(connection, found)
            return counted if perturbed else review_rows.for_figures(connection, counted)

    def mark_of(self, rater: str, claim: str) -> Mark | None:
        """Return a rater's latest mark of one claim, None when there is none."""
        with self.reading() as connection:
            return mark_rows.of_claim(connection, rater, claim)

    # referees and their scores

    def add_referee(self, fingerprint: str, description: Mapping[str, Any]) -> None:
        """Store what a fingerprint stands for; a later description replaces an earlier one."""
        with self.writing() as connection:
            score_rows.add_referee(connection, fingerprint, description)

    def referees(self) -> dict[str, dict[str, Any]]:
        """Return each referee's description by fingerprint."""
        with self.reading() as connection:
            return score_rows.referees(connection)

    def add_scores(self, scores: Sequence[RefereeScore]) -> AddResult:
        """Store scores; a failed one gives way to a later one, a level that is there stays.

        Raises
        ------
        InputError
            When one names an unknown claim, is off the rubric's scale or contradicts a level that is there; then none
            is stored.
        """
        scale_check.check_scores(self.rubric, scores)
        with self.writing() as connection:
            new, replaced = score_rows.add(connection, scores)
        return AddResult(new, len(scores) - new - replaced, replaced)

    def scores(self, referee: str | None = None, *, perturbed: bool = False) -> list[RefereeScore]:
        """Return the scores of one referee (by fingerprint) or of all; those of perturbed claims with `perturbed`."""
        with self.reading() as connection:
            found = score_rows.get(connection, referee)
            return found if perturbed else review_rows.for_figures(connection, found)

    def score_statuses(self, referee: str | None = None, sample: int | None = None) -> dict[score_rows.Key, str]:
        """Return the status of each score by (claim, referee, dimension, sample)."""
        with self.reading() as connection:
            return score_rows.statuses(connection, referee, sample)

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Return "claims", latest "ratings" and "scores" as data frames, one column per field of the record."""
        return {
            "claims": claims_frame(self.claims()),
            "ratings": ratings_frame(self.ratings()),
            "scores": scores_frame(self.scores()),
        }

    # the books

    def add_intake(self, digest: str, summary: Mapping[str, Any]) -> None:
        """Remember what an imported file held and lost; `digest` names the file's content."""
        with self.writing() as connection:
            score_rows.add_intake(connection, digest, summary)

    def intakes(self) -> list[dict[str, Any]]:
        """Return what every imported file held and lost."""
        with self.reading() as connection:
            return score_rows.intakes(connection)

    def counts(self) -> dict[str, int]:
        """Return how many claims, sampled claims, raters, ratings, referees and scores there are.

        Claims set apart and their ratings count by themselves, and marks are counted, where there are any.
        """
        with self.reading() as connection:
            tables = {"claims": schema.claim, "sampled": schema.sampled, "raters": schema.rater}
            tables |= {"ratings": schema.rating, "referees": schema.referee, "scores": schema.score}
            found = {name: claim_rows.count(connection, table) for name, table in tables.items()}
            marks = claim_rows.count(connection, schema.mark)
            return found | claim_rows.counted_apart(connection, found) | ({"marks": marks} if marks else {})
