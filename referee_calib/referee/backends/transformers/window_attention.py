"""A model's eyes look at many pictures at once: attention over all stretches of one length in one call.

The patches of all pictures of a batch lie in one row. A picture must not look at another one, and the eyes of
Qwen2.5-VL look in most layers only within small windows; without a flash-attention package the transformers library
therefore calls the attention once per stretch. A batch of eight questions is some 300 windows in each of 32 layers,
and starting these calls takes a GPU longer than all else together. Stretches of one length fit side by side, so here
each length is one call. Every patch sees the same patches as before; only rounding differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

NAME = "referee_calib_flash_by_length"
"""The library hands the ends of the stretches to attentions with "flash" in their name, and to no other."""


@dataclass(frozen=True)
class AttentionPlan:
    """How the patches of a batch are put side by side."""

    # tensor of int or None; the patches with stretches of one length next to each other; None where they lie so already
    order: Any
    back: Any  # tensor of int or None; from there to where each patch was
    runs: tuple[tuple[int, int], ...]  # length and number of the stretches, in that order


def widen(model: Any) -> bool:
    """Let the eyes of a loaded model look at stretches of one length together.

    Only where its attention is "sdpa": another one was asked for by name, and is left alone.
    """
    eyes = getattr(getattr(model, "model", None), "visual", None)
    config = getattr(eyes, "config", None)
    if config is None or config._attn_implementation != "sdpa" or not hasattr(config, "spatial_merge_size"):
        return False
    from transformers import AttentionInterface

    AttentionInterface.register(NAME, attention)
    config._attn_implementation = NAME
    return True


def attention(
    module: Any,
    query: Any,
    key: Any,
    value: Any,
    attention_mask: Any,
    *,
    scaling: float | None = None,
    cu_seq_lens_q: Any = None,
    **more: Any,
) -> tuple[Any, None]:
    """Attend within each stretch, in the form in which the library calls an attention.

    `cu_seq_lens_q`, shape (stretches + 1,), is where each stretch begins, and at last the number of patches; None is
    one.
    """
    import torch
    from torch.nn.functional import scaled_dot_product_attention as attend
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    if cu_seq_lens_q is None or attention_mask is not None:
        found, _ = sdpa_attention_forward(module, query, key, value, attention_mask, scaling=scaling, **more)
        return found, None
    plan = _plan(cu_seq_lens_q)
    sides = [side[0] if plan.order is None else side[0, :, plan.order] for side in (query, key, value)]
    parts, start = [], 0
    for length, number in plan.runs:
        end = start + length * number
        three = [side[:, start:end].unflatten(1, (number, length)).transpose(0, 1) for side in sides]
        parts.append(attend(*three, scale=scaling).permute(0, 2, 1, 3).flatten(0, 1))
        start = end
    found = parts[0] if len(parts) == 1 else torch.cat(parts)
    return (found if plan.back is None else found[plan.back])[None], None


def _plan(ends: Any) -> AttentionPlan:
    """Return the plan for these ends, made once: the layers of one pass hand over the same tensor."""
    known: AttentionPlan | None = getattr(ends, "_referee_calib_plan", None)
    if known is None:
        known = ends._referee_calib_plan = plan(ends)
    return known


def plan(ends: Any) -> AttentionPlan:
    """Say which patches go where, from where each stretch begins and, at last, the number of patches."""
    import torch

    by_length: dict[int, list[int]] = {}
    for start, end in pairwise(ends.tolist()):
        if end > start:
            by_length.setdefault(end - start, []).append(start)
    runs = tuple((length, len(starts)) for length, starts in by_length.items())
    rows = [torch.tensor(starts)[:, None] + torch.arange(length) for length, starts in by_length.items()]
    order = torch.cat([block.flatten() for block in rows])
    if bool((order == torch.arange(len(order))).all()):
        return AttentionPlan(None, None, runs)
    return AttentionPlan(order.to(ends.device), torch.argsort(order).to(ends.device), runs)
