"""An audit as one page: what was found, the evidence over the windows, the reward beside people, and where to look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from referee_calib.audit.audit_result import AuditResult, OverpaidClaim
from referee_calib.audit.reporting.audit_document import advice, e_value, headline, mean_text, notes, rates, short
from referee_calib.audit.reporting.audit_figures import audit_figures
from referee_calib.audit.run_evidence import StratumCount
from referee_calib.errors import InputError
from referee_calib.report import (
    Block,
    Bullets,
    Claims,
    Column,
    Figures,
    Item,
    Row,
    Section,
    SectionPage,
    Table,
    TableCell,
    Text,
    disagreement_row,
    render_section_markdown,
    render_section_page,
    text_cell,
)

if TYPE_CHECKING:
    from referee_calib.report import DisagreementJson
    from referee_calib.study import Study

ENDS = (".html", ".htm", ".md")
_METHOD = (
    "Evidence is the capital of bets that more claims are overpaid grossly than the plan allows. If they are not, it "
    "reaches 1/α with a probability of at most α in the whole run, however often one looks and in whatever order the "
    "ratings come: claims that are not rated yet count as not overpaid."
)
_MEANS = (
    "Means are those of all claims that the policy made in a window; limits are 95 % confidence sequences, which hold "
    "at every look and whatever is not rated yet. Kappa is quadratically weighted and has no limits here."
)


def write_audit_page(study: Study, result: AuditResult, path: Path) -> None:
    """Write the page as HTML or as Markdown, by the end of the file's name; InputError for another one."""
    from referee_calib.io import make_folder, write_bytes

    if path.suffix.lower() not in ENDS:
        raise InputError(
            f"--out {path}", "a page is HTML or Markdown, by the end of its name", f"Type: --out {path}.html"
        )
    page = audit_page(study, result)
    text = render_section_markdown(page) if path.suffix.lower() == ".md" else render_section_page(page)
    make_folder(path.parent)
    write_bytes(path, text.encode("utf-8", "replace"))


def audit_page(study: Study, result: AuditResult) -> SectionPage:
    """Return the page; frames of the worst claims are read from the study's videos."""
    figures = audit_figures(result)
    plan = result.plan
    said = [rates(result), advice(result)]
    simulated = [f"{result.n_simulated} of {result.n_rated} ratings are simulated: a program gave them."]
    return SectionPage(
        title=f"Audit: {plan.study}",
        kicker=f"On-policy audit of {plan.study}",
        headline=headline(result),
        lead=[*filter(None, said), *(simulated if result.n_simulated else []), *notes(result)],
        facts=[f"{len(result.windows)} windows", f"{result.n_drawn} claims drawn", f"{result.n_rated} rated",
               f"{result.n_gross} grossly overpaid", f"α = {plan.alpha:g}"],
        sections=list(_sections(study, result)),
        figures=figures,
        first="audit-evidence" if figures else "",
        footer=f"Plan {plan.digest}, fixed {result.fixed}.",
    )  # fmt: skip


def _sections(study: Study, result: AuditResult) -> Iterator[Section]:
    if result.windows:
        yield Section(
            "windows", "Gross overpayment by window", "How much was found, and what does it say?",
            [_overpayment_table(result), Text(_METHOD, "note")],
        )  # fmt: skip
    if result.worst:
        rows = [_worst(study, one) for one in result.worst]
        words = "The referee's number is what was paid, on the scale of people's levels."
        question = "Which claims were paid and should not have been?"
        yield Section("worst", "Where to look", question, [Claims(rows), Text(words, "note")])
    if result.windows:
        captions = {"audit-gap": "What is paid minus what people’s levels make of it, with its limits."}
        blocks: list[Block] = [_means_table(result), Figures(captions), Text(_MEANS, "note")]
        yield Section("means", "Reward and people", "How far apart are they over the whole policy?", blocks)
    yield Section("plan", "Plan", "What was fixed before the run?", [_plan(result)])


def _overpayment_table(result: AuditResult) -> Table:
    columns = [
        *(
            Column(name, f"Paid {one.paid_from:.4g} or more: gross / rated / drawn")
            for name, one in zip(("paid", "top"), result.plan.strata, strict=False)
        ),
        Column("e_value", "Evidence"),
    ]
    rows = [
        Row(
            _title(draw.number, draw.first_step, draw.last_step),
            {"window": draw.number},
            [
                _count(found.paid),
                *([_count(found.top)] if result.plan.top else []),
                TableCell(short(e_value(found.log_e)), values={"value": e_value(found.log_e)}),
            ],
        )
        for draw, found in zip(result.windows, result.evidence.windows, strict=True)
    ]
    return Table("overpayment", "Claims that are paid well and that people give a low level.", "Window", columns, rows)


def _count(one: StratumCount) -> TableCell:
    return TableCell(f"{one.gross} / {one.rated} / {one.drawn}", values={"value": one.gross})


def _means_table(result: AuditResult) -> Table:
    columns = [Column("gap", "Paid minus people"), Column("agreement", "Within a quarter"), Column("kappa", "Kappa")]
    rows = [
        Row(
            _title(draw.number, draw.first_step, draw.last_step),
            {"window": draw.number},
            [
                text_cell(mean_text(its, "gap")),
                text_cell(mean_text(its, "agreement")),
                TableCell("–" if its.kappa is None else f"{its.kappa:.2f}", reason=its.kappa_reason),
            ],
        )
        for draw, its in zip(result.windows, result.figures, strict=True)
    ]
    return Table("means", "Means over the policy's claims of each window.", "Window", columns, rows)


def _title(number: int, first: int | None, last: int | None) -> str:
    return str(number) if first is None else f"{number} (steps {first}–{last})"


def _worst(study: Study, one: OverpaidClaim) -> DisagreementJson:
    """Return a claim with its frame, as reports show disagreements."""
    from referee_calib.analysis import Disagreement, shown_at, with_frame

    name = one.decision.worst_dimension
    scale, level = study.rubric[name], float(one.decision.levels[name])
    found = Disagreement(
        claim=one.claim, dimension=name, people=((one.decision.rater, level),), referee=one.drawn.paid * scale.top,
        gap=one.drawn.paid * scale.top - level, reply="", time=shown_at(one.claim),
    )  # fmt: skip
    row = disagreement_row(with_frame(found, study.media_path, study.config.clock), study.rubric)
    step = "" if one.claim.step is None else f"step {one.claim.step}, "
    row["title"] = f"Window {one.window}, {step}paid {one.drawn.paid:.2f}. {scale.title}"
    return row


def _plan(result: AuditResult) -> Bullets:
    plan = result.plan
    items = [Item(f"people's lowest level of a well paid claim is at most {plan.level}", "Gross overpayment")]
    for one, name in zip(plan.strata, ("Paid", "Top"), strict=False):
        seen = f"{one.honest} of {one.rated} in the study, upper limit" if one.rated else "stated as"
        text = f"from {one.paid_from:.4g}; honest rate {seen} {one.rate_limit:.1%}; allowed {one.limit:.1%}"
        items.append(Item(text, name))
    drawn = (
        f"{plan.n_paid} of all well paid claims, {plan.n_top if plan.top else 0} of the top, {plan.n_uniform} of any"
    )
    items.append(Item(f"{drawn}; {plan.n_old} old claims among them; {plan.windows} windows planned", "Each window"))
    return Bullets(items)
