"""The files of one run as items: which form each has is told by its content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from referee_calib.benchmark.benchmark_items import GroundedItem, ReadItems, TubeItem
from referee_calib.benchmark.result_files.cg_bench_scores import holds_cg_bench_scores, read_cg_bench_scores
from referee_calib.benchmark.result_files.json_content import JsonContent, read_json_content
from referee_calib.benchmark.result_files.keyed_spans import holds_keyed_spans, read_keyed_spans
from referee_calib.benchmark.result_files.lmms_eval_answers import holds_lmms_eval_samples, read_lmms_eval_answers
from referee_calib.benchmark.result_files.next_gqa_files import (
    holds_next_gqa_run,
    holds_next_gqa_truth,
    read_next_gqa,
)
from referee_calib.benchmark.result_files.plain_rows import (
    holds_plain_rows,
    is_table,
    read_plain_rows,
    read_plain_table,
)
from referee_calib.benchmark.result_files.span_annotations import with_missing
from referee_calib.benchmark.result_files.span_text import SPAN_RULES
from referee_calib.benchmark.result_files.time_r1_lines import holds_time_r1_lines, read_time_r1_lines
from referee_calib.benchmark.result_files.tube_files import (
    holds_plain_tubes,
    holds_tubedetr_results,
    read_plain_tubes,
    read_tubedetr,
)
from referee_calib.benchmark.result_files.videomind_rows import holds_videomind_rows, read_videomind_rows
from referee_calib.errors import InputError

PLAIN = "rows with video, query, said and true"
SPAN_FORMS = (f"VIDEO>>>QUERY>>>SPAN as keys, Time-R1's lines, VideoMind's rows, lmms-eval's samples, or {PLAIN}",)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How results are read.

    Attributes
    ----------
    rules : str
        Name of the evaluator whose rules hold.
    truth : Path or None
        Annotations: which items there are, where results do not say what is true, or not of all.
    metric : str or None
        Of lmms-eval's samples.
    shares : bool
        Whether spans are shares of the video, as NExT-GQA's Gaussian masks give them.
    """

    rules: str
    truth: Path | None = None
    metric: str | None = None
    shares: bool = False


def read_span_run(files: Sequence[Path], options: ReadOptions) -> ReadItems[GroundedItem]:
    """Read spans of time for sentences; with annotations, every annotated item counts."""
    rule = SPAN_RULES[options.rules]
    forms: list[Form] = [
        (holds_keyed_spans, lambda content: read_keyed_spans(content, rule)),
        (holds_time_r1_lines, lambda content: read_time_r1_lines(content, rule)),
        (holds_videomind_rows, read_videomind_rows),
        (holds_plain_rows, read_plain_rows),
    ]
    read = _joined([_by_form(path, forms, SPAN_FORMS[0]) for path in files])
    return with_missing(read, options.truth) if options.truth else read


def read_answer_run(files: Sequence[Path], options: ReadOptions) -> ReadItems[GroundedItem]:
    """Read answers from lmms-eval's samples, or from rows with ``correct``."""
    forms: list[Form] = [
        (holds_lmms_eval_samples, lambda content: read_lmms_eval_answers(content, options.metric)),
        (holds_plain_rows, read_plain_rows),
    ]
    known = "lmms-eval's samples, or rows with video, item and correct"
    return _joined([_by_form(path, forms, known) for path in files])


def read_gqa_run(files: Sequence[Path], options: ReadOptions) -> ReadItems[GroundedItem]:
    """Read spans and answers of NExT-GQA: its own files, with the true spans in ``--truth``, or VideoMind's rows."""
    if any(map(is_table, files)):
        return _joined([_by_form(path, (), "") for path in files])
    contents = [read_json_content(path) for path in files]
    if not all(map(holds_next_gqa_run, contents)):
        forms: list[Form] = [(holds_videomind_rows, read_videomind_rows), (holds_plain_rows, read_plain_rows)]
        what = (
            "NExT-GQA's spans and answers by question, VideoMind's rows, or rows with video, query, said, true, correct"
        )
        return _joined([_of_content(content, forms, what) for content in contents])
    if options.truth is None:
        raise InputError(
            f"{files[0]} does not say what is true", "NExT-GQA keeps it apart", "Add --truth gsub_test.json"
        )
    truth = read_json_content(options.truth)
    if not holds_next_gqa_truth(truth):
        raise InputError(f"{options.truth} holds no true spans", "NExT-GQA's are gsub_val.json and gsub_test.json")
    return read_next_gqa(contents, truth, shares=options.shares)


def read_cg_bench_run(files: Sequence[Path], options: ReadOptions) -> ReadItems[GroundedItem]:
    """Read answers and clue intervals of CG-Bench: VLMEvalKit's table of scores, VideoMind's rows, or plain rows."""
    read = []
    for path in files:
        if is_table(path):
            read.append(read_cg_bench_scores(path))
            continue
        content = read_json_content(path)
        forms: list[Form] = [
            (holds_cg_bench_scores, lambda content: read_cg_bench_scores(content.path)),
            (holds_videomind_rows, _best_proposals),
            (holds_plain_rows, read_plain_rows),
        ]
        read.append(_of_content(content, forms, "VLMEvalKit's table of scores, VideoMind's rows, or plain rows"))
    return _joined(read)


def read_tube_run(files: Sequence[Path], options: ReadOptions) -> ReadItems[TubeItem]:
    """Read tubes: TubeDETR's results with its annotations in ``--truth``, or plain rows."""
    contents = [read_json_content(path) for path in files]
    if all(map(holds_plain_tubes, contents)):
        found: ReadItems[TubeItem] = ReadItems()
        for content in contents:
            read = read_plain_tubes(content)
            found.items += read.items
            found.notes += read.notes
        return found
    if len(contents) > 1 or not holds_tubedetr_results(contents[0]):
        what = "TubeDETR's predictions and video_predictions, or lines with true_span and true_boxes"
        raise InputError(f"{files[0]} holds no tubes that are known", f"known are {what}")
    if options.truth is None:
        raise InputError(
            f"{files[0]} does not say what is true", "TubeDETR keeps it apart", "Add --truth test_proc.json"
        )
    return read_tubedetr(contents[0], read_json_content(options.truth))


Form = tuple[Callable[[JsonContent], bool], Callable[[JsonContent], ReadItems[GroundedItem]]]


def _best_proposals(content: JsonContent) -> ReadItems[GroundedItem]:
    """Keep the best of VideoMind's ranked proposals, which is what its evaluator takes for the clue intervals."""
    read = read_videomind_rows(content)
    read.items = [replace(one, said=one.said[:1]) for one in read.items]
    return read


def _by_form(path: Path, forms: Sequence[Form], known: str) -> ReadItems[GroundedItem]:
    if is_table(path):
        return read_plain_table(path)
    return _of_content(read_json_content(path), forms, known)


def _of_content(content: JsonContent, forms: Sequence[Form], known: str) -> ReadItems[GroundedItem]:
    for holds, read in forms:
        if holds(content):
            return read(content)
    raise InputError(f"{content.path} is no result file that is known here", f"known are {known}")


def _joined(parts: Sequence[ReadItems[GroundedItem]]) -> ReadItems[GroundedItem]:
    """Join the files of a run; items that two of them hold are refused when runs are made."""
    return ReadItems([one for part in parts for one in part.items], [note for part in parts for note in part.notes])
