"""What thresholds are called: in tables, in the matrix of page one, in sentences, and what to do when one is missed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from referee_calib.report.wording.number_format import number, signed, upper_first

_THREE = partial(number, digits=3)
_SIGNED_THREE = partial(signed, digits=3)


@dataclass(frozen=True, slots=True)
class CheckTerms:
    """The words of one threshold; braces take who rated."""

    title: str  # in the table of all checks
    short: str  # in the matrix and in sentences
    limit: str  # how the limit reads; braces take numbers of the thresholds
    subject: str  # what is measured, as the subject of a sentence
    action: str  # what to do when it is missed
    write: Callable[[float | None], str] = number


AGREEMENT: dict[str, CheckTerms] = {
    "ceiling_alpha": CheckTerms(
        "Noise ceiling: {who} with each other, ordinal alpha", "noise ceiling", "at least {ceiling_alpha:g}",
        "ordinal alpha of {who} with each other",
        "People disagree too much to judge a referee by: sharpen the rubric, train raters, rate again.",
    ),
    "loss": CheckTerms(
        "Difference from the noise ceiling, quadratic kappa", "difference from the ceiling",
        "a loss of at most {loss:g}", "quadratic kappa with the referee minus that of {who} with each other",
        "Improve the prompt, the frames or the model, and compare both with report --compare.", signed,
    ),
    "alt_test": CheckTerms(
        "Alternative annotator test, winning rate", "alternative annotator test",
        "with ε = {alt_test_epsilon:g}, at least {alt_test_winning_rate:g}",
        "the share of {who} that the referee can replace",
        "Improve the prompt, the frames or the model, and compare both with report --compare.",
    ),
    "miscalibration_share": CheckTerms(
        "Miscalibration, share of the explainable variance", "miscalibration", "at most {miscalibration_share:g}",
        "the share of the explainable variance that miscalibration takes",
        "Recalibrate it: the section Recalibration says by which form.", _THREE,
    ),
    "leniency": CheckTerms(
        "Leniency (bias), levels", "leniency", "within ±{leniency:g}",
        "the mean of referee minus {who}, in levels,",
        "Recalibrate it: the section Recalibration says by which form.", signed,
    ),
    "failure_rate": CheckTerms(
        "Failure rate: claims without a score", "failure rate", "at most {failure_rate:g}",
        "the share of claims without a score",
        "Read why under Excluded rows and failures: referee-calib doctor, or another prompt or parser.", _THREE,
    ),
    "videos": CheckTerms(
        "Videos", "number of videos", "at least {videos}", "the number of videos that both judged",
        "Add videos.", lambda value: f"{value or 0:,.0f}",
    ),
}  # fmt: skip
TAIL: dict[str, CheckTerms] = {
    "confident_acceptance": CheckTerms(
        "Confident acceptance: videos with a claim that all {who} rate low and it three quarters of the scale higher",
        "confident acceptance",
        "at most {confident_acceptance:g}, and none that {who} would not have accepted",
        "the share of videos with a claim that it accepts, three quarters of the scale from all {who},",
        "Do not train with it: look at those claims, listed under Rare confident errors, and close the exploit.",
        _THREE,
    ),
    "confident_rejection": CheckTerms(
        "Confident rejection: videos with a claim that all {who} rate high and it three quarters of the scale lower",
        "confident rejection",
        "at most {confident_rejection:g}",
        "the share of videos with a claim that it rejects, three quarters of the scale from all {who},",
        "Look at those claims, listed under Rare confident errors: true evidence goes unpaid.",
        _THREE,
    ),
    "slice_loss": CheckTerms(
        "Worst kind of claim: difference from {who}, on the scale of the study’s kappa",
        "worst kind of claim",
        "a loss of at most {slice_loss:g}",
        "on the worst kind of claim, what it falls short of {who}, on the scale of the study’s kappa,",
        "See Subgroups of claims: the referee does not judge that kind as {who} do.",
        signed,
    ),
    "slice_leniency": CheckTerms(
        "Worst kind of claim: leniency (bias), levels",
        "leniency by kind of claim",
        "within ±{slice_leniency:g}",
        "on the worst kind of claim, the mean of referee minus {who}, in levels,",
        "See Subgroups of claims: one recalibration for all claims does not mend it.",
        signed,
    ),
}
ROBUSTNESS: dict[str, CheckTerms] = {
    "robust_sensitivity": CheckTerms(
        "Sensitivity to small perturbations, less than IoU’s by", "small perturbations", "more than 0",
        "what small perturbations cost under IoU, minus what they cost here,",
        "Such a reward punishes honest jitter as IoU does.", _SIGNED_THREE,
    ),
    "robust_drop": CheckTerms(
        "Drop on wrong evidence minus IoU’s", "drop on wrong evidence", "at least −{robust_drop:g}",
        "how much further wrong evidence falls than under IoU",
        "Do not train with it: wrong evidence keeps too much reward.", _SIGNED_THREE,
    ),
    "robust_auc": CheckTerms(
        "Discrimination of small perturbations from wrong evidence (AUC)", "discrimination (AUC)",
        "at least {robust_auc:g}",
        "the share of pairs in which a small perturbation earns more than wrong evidence",
        "Do not train with it: wrong evidence outranks honest jitter.",
    ),
    "robust_false_acceptance": CheckTerms(
        "False acceptance rate of wrong evidence", "false acceptance rate",
        "at most {robust_false_acceptance:g}, of every kind",
        "the share of wrong evidence that is accepted",
        "Do not train with it: a policy finds the accepted kind of wrong evidence.",
    ),
    "robust_noise": CheckTerms(
        "Truth minus wrong evidence, in reward", "gap beyond retest noise",
        "at least {robust_noise:g} standard deviations of its own repeats",
        "what the truth is paid beyond wrong evidence",
        "Average several answers, or decode at temperature 0.",
    ),
    "robust_zero_variance": CheckTerms(
        "Zero-variance groups of eight perturbations", "zero-variance groups", "at most {robust_zero_variance:g}",
        "the share of groups of eight small perturbations that are tied throughout",
        "Training learns nothing from tied groups: use expected levels rather than levels.",
    ),
}  # fmt: skip
EXPLOITS: dict[str, CheckTerms] = {
    "probe_gain": CheckTerms(
        "Largest exploit gain over an honest, mediocre claim", "exploit gain", "at most {probe_gain:g}",
        "the largest exploit gain over an honest, mediocre claim",
        "Close the exploit before training: see Exploit probes.", _SIGNED_THREE,
    ),
    "probe_ruin": CheckTerms(
        "Change of a reply’s reward by one more true claim", "one more true claim", "at least −{probe_ruin:g}",
        "what one true claim more changes in a reply’s reward",
        "Use another aggregation: one more true claim must not cost a reply its reward.", _SIGNED_THREE,
    ),
}  # fmt: skip
IMPROVEMENT: dict[str, CheckTerms] = {
    "improvement_share": CheckTerms(
        "Gain by best of n, as a share of that of one person as the reward", "policy improvement",
        "at least {improvement_share:g}",
        "what selection by the referee gains, as a share of what selection by one person gains,",
        "See Policy improvement: within groups it prefers other rollouts than people do.",
    ),
}  # fmt: skip
GROUPS: dict[str, tuple[str, dict[str, CheckTerms]]] = {
    "agreement": ("Agreement and calibration", AGREEMENT),
    "tail": ("Rare errors and kinds of claims", TAIL),
    "robustness": ("Response to perturbation", ROBUSTNESS),
    "exploits": ("Exploit probes", EXPLOITS),
    "improvement": ("Policy improvement", IMPROVEMENT),
}
TERMS = AGREEMENT | TAIL | ROBUSTNESS | EXPLOITS | IMPROVEMENT
EVIDENCE = {
    "boxes": "Boxes", "span": "Spans", "exploits_boxes": "Boxes", "exploits_span": "Spans",
    "rollouts": "Rollouts",
}  # fmt: skip
IN_SENTENCES = {
    "boxes": "boxes", "span": "spans", "exploits_boxes": "probes with boxes", "exploits_span": "probes with spans",
    "rollouts": "groups of rollouts",
}  # fmt: skip


def check_column_title(dimension: str) -> str:
    """Return the title of a column of checks: a dimension of the rubric, or a kind of evidence."""
    return EVIDENCE.get(dimension, upper_first(dimension))
