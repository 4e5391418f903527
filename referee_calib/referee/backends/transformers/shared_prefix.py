"""Questions that begin alike are computed once up to where they part.

Relevance and localization of a claim show the same whole frames before the crops and the words of the scale.
The model reads that beginning once; its keys and values are then copied to every question of the group, and
each question is continued from there. What is shared is exact: the same tokens with the same pictures, at the
same positions. Only rounding differs from reading every question whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from referee_calib.referee.backends.local.model_inputs import EncodedQuestion, batch

# Families whose positions can be given from outside; others read every question whole.
FAMILIES = ("qwen2_vl", "qwen2_5_vl", "qwen3_vl", "internvl")


@dataclass(frozen=True, slots=True)
class PrefixGroup:
    """Questions with one beginning."""

    rows: tuple[int, ...]  # their places in the batch
    length: int  # tokens they share
    pictures: int  # whole pictures among them


def groups(encoded: Sequence[EncodedQuestion], image_token: int) -> list[PrefixGroup]:
    """Group neighbours that begin alike with at least one whole picture; a question in no group shares nothing."""
    found: list[PrefixGroup] = []
    for row in range(1, len(encoded)):
        length, pictures = common(encoded[row - 1], encoded[row], image_token)
        if pictures == 0:
            continue
        last = found[-1] if found and found[-1].rows[-1] == row - 1 else None
        if last is None:
            found.append(PrefixGroup((row - 1, row), length, pictures))
            continue
        # The shortest beginning is that of all: each question shares it with its neighbour.
        found[-1] = PrefixGroup((*last.rows, row), min(last.length, length), min(last.pictures, pictures))
    return found


def common(one: EncodedQuestion, other: EncodedQuestion, image_token: int) -> tuple[int, int]:
    """Return how many tokens two questions share from their beginning, and how many whole pictures.

    Tokens of different pictures look the same, so the beginning ends before the first picture that differs.
    """
    most = min(len(one.ids), len(other.ids)) - 1  # the last position is each question's own
    length = next((i for i in range(most) if one.ids[i] != other.ids[i]), most)
    for number, (start, end) in enumerate(image_token_spans(one.ids, image_token)):
        if start >= length:
            return length, number
        if end > length or one.pictures[number] != other.pictures[number]:
            return start, number
    return length, len(one.pictures)


def image_token_spans(ids: Sequence[int], image_token: int) -> list[tuple[int, int]]:
    """Return where each picture's features stand: the runs of image tokens, as (start, end)."""
    found: list[tuple[int, int]] = []
    for i, token in enumerate(ids):
        if token != image_token:
            continue
        if found and found[-1][1] == i:
            found[-1] = (found[-1][0], i + 1)
        else:
            found.append((i, i + 1))
    return found


def split(
    one: EncodedQuestion, length: int, pictures: int, image_token: int
) -> tuple[EncodedQuestion, EncodedQuestion]:
    """Cut a question behind so many tokens and pictures.

    A tensor of its pictures has one row per picture, or rows in proportion to the picture's tokens.
    """
    sizes = [end - start for start, end in image_token_spans(one.ids, image_token)]
    parts: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    for name, tensor in one.vision.items():
        rows = int(tensor.shape[0])
        cut = pictures if rows == len(sizes) else rows * sum(sizes[:pictures]) // sum(sizes)
        parts[0][name] = tensor[:cut]
        if pictures < len(sizes):
            parts[1][name] = tensor[cut:]
    types = (None, None) if one.types is None else (one.types[:length], one.types[length:])
    first = EncodedQuestion(one.ids[:length], types[0], parts[0], one.pictures[:pictures])
    return first, EncodedQuestion(one.ids[length:], types[1], parts[1], one.pictures[pictures:])


def logits(model: Any, encoded: Sequence[EncodedQuestion], found: Sequence[PrefixGroup], pad: int) -> Any:
    """Compute the next token's logits of all questions in the groups, in the order of the groups' rows."""
    import torch

    image = int(model.config.image_token_id)
    cut = [[split(encoded[row], group.length, group.pictures, image) for row in group.rows] for group in found]
    first = [halves[0][0] for halves in cut]
    # Put together on the CPU: counting places takes many tiny steps, each of which would wait for a GPU.
    before = batch(first, pad, "cpu")
    after = batch([end for halves in cut for _, end in halves], pad, "cpu")
    of = torch.tensor([g for g, group in enumerate(found) for _ in group.rows])
    before["position_ids"] = _positions(model, before, first)
    cache = model(**_moved(before, model.device), logits_to_keep=1, use_cache=True).past_key_values
    cache.batch_select_indices(of.to(model.device))
    whole: dict[str, Any] = {
        name: torch.cat([before[name][of], after[name]], dim=1)
        for name in ("input_ids", "attention_mask", "mm_token_type_ids")
        if name in before
    }
    rows = [encoded[row] for group in found for row in group.rows]
    positions = _positions(model, whole, rows)[..., before["input_ids"].shape[1] :]
    after |= {"attention_mask": whole["attention_mask"], "position_ids": positions}
    return model(**_moved(after, model.device), past_key_values=cache, logits_to_keep=1, use_cache=True).logits[:, -1]


def _moved(made: dict[str, Any], device: Any) -> dict[str, Any]:
    return {name: tensor.to(device) for name, tensor in made.items()}


def _positions(model: Any, whole: dict[str, Any], rows: Sequence[EncodedQuestion]) -> Any:
    """Return every token's place, in all three directions where the model counts pictures so.

    Left to itself, a model counts places from the padding on, and a continued question would not fit its beginning.
    """
    import torch

    mask = whole["attention_mask"]
    index = getattr(model.model, "get_rope_index", None)
    if index is None:
        return (mask.cumsum(-1) - 1).clamp(min=0)
    grids = torch.cat([one.vision["image_grid_thw"] for one in rows])
    return index(whole["input_ids"], whole["mm_token_type_ids"], image_grid_thw=grids, attention_mask=mask)[0]
