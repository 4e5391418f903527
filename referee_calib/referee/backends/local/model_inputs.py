"""From a question to what a model of the transformers library takes: token ids and pixels, and batches of them.

Each question is encoded alone and padded here, on the left: tokenizers come back from a saved folder
padding on the right, and then the last position of a shorter question in a batch is padding, in silence.

With torchvision the model's own processor does the encoding. Without it that processor cannot be made,
because its video half needs torchvision; then pictures go through the image processor alone and the place
of every picture is widened here, for the two families whose rules are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from referee_calib.errors import InputError
from referee_calib.referee.frame_policy.encoded_picture import Picture

if TYPE_CHECKING:
    from referee_calib.referee.question import Question

Images = Literal["torchvision", "pil"]
ANY_MESSAGE: list[dict[str, Any]] = [{"role": "user", "content": [{"type": "text", "text": "?"}]}]
"""Rendered, it ends as every prompt ends: with the words after which the model's own begin."""


@dataclass(frozen=True)
class EncodedQuestion:
    """One question as a model takes it."""

    ids: list[int]  # tokens, without padding
    # kind of every token (0 words, 1 picture), where the model takes them. Without them Qwen2.5-VL places its pictures
    # like words and gives other scores, and says nothing
    types: list[int] | None = None
    # dict of str to tensor; pixels and what describes them; the first axis runs over patches or pictures
    vision: dict[str, Any] = field(default_factory=dict)
    pictures: tuple[bytes, ...] = ()  # digest of every picture, in order: what tells them apart, as their tokens do not


class QuestionEncoder(Protocol):
    """Turns text with a place for every picture, and the pictures, into one encoded question."""

    tokenizer: Any

    def render(self, messages: list[dict[str, Any]]) -> str:
        """Put messages into the model's chat format, up to where its own words begin."""

    def encode(self, text: str, images: list[Any]) -> EncodedQuestion:
        """Encode one rendered question."""


def messages(question: Question) -> tuple[list[dict[str, Any]], list[Any]]:
    """Return a question as chat messages with a place for every picture, the head as system message, and them."""
    from PIL import Image

    head, *shown = question.parts
    content = [{"type": "image"} if isinstance(part, Picture) else {"type": "text", "text": part} for part in shown]
    images = [Image.fromarray(part.pixels) for part in shown if isinstance(part, Picture)]
    system = {"role": "system", "content": [{"type": "text", "text": head}]}
    return [system, {"role": "user", "content": content}], images


class ProcessorEncoder:
    """The model's own processor; needs torchvision."""

    def __init__(self, model: str, revision: str | None) -> None:
        from transformers import AutoProcessor

        self._processor = AutoProcessor.from_pretrained(model, revision=revision)
        self.tokenizer = self._processor.tokenizer

    def render(self, messages: list[dict[str, Any]]) -> str:
        """Put messages into the model's chat format, up to where its own words begin."""
        return str(self._processor.apply_chat_template(messages, add_generation_prompt=True, tokenize=False))

    def encode(self, text: str, images: list[Any]) -> EncodedQuestion:
        """Encode one rendered question."""
        place = getattr(self._processor, "image_token", None)
        if place:
            _fitting(text.count(place), len(images))
        made = self._processor(text=[text], images=images or None, return_tensors="pt")
        known = ("input_ids", "attention_mask", "mm_token_type_ids")
        types = made["mm_token_type_ids"][0].tolist() if "mm_token_type_ids" in made else None
        vision = {name: value for name, value in made.items() if name not in known}
        return EncodedQuestion(made["input_ids"][0].tolist(), types, vision)


class PictureEncoder:
    """Tokenizer and image processor without torchvision, for the Qwen-VL and the InternVL family."""

    def __init__(self, model: str, revision: str | None) -> None:
        from transformers import AutoConfig, AutoImageProcessor, AutoTokenizer

        self.tokenizer = AutoTokenizer.from_pretrained(model, revision=revision)
        self._pixels = AutoImageProcessor.from_pretrained(model, revision=revision, backend="pil")
        self._config = AutoConfig.from_pretrained(model, revision=revision)
        self._template = self.tokenizer.chat_template or chat_template(model, revision)
        self._image_id = int(self._config.image_token_id)
        self._image = self.tokenizer.convert_ids_to_tokens(self._image_id)
        self._defaults = _defaults(self._config.model_type)
        self._model = model

    def render(self, messages: list[dict[str, Any]]) -> str:
        """Put messages into the model's chat format, up to where its own words begin."""
        return rendered(self.tokenizer, self._template, messages)

    def encode(self, text: str, images: list[Any]) -> EncodedQuestion:
        """Encode one rendered question."""
        vision = dict(self._pixels(images=images, return_tensors="pt", **self._defaults)) if images else {}
        wide = self._widened(vision)
        pieces = text.split(self._image)
        _fitting(len(pieces) - 1, len(wide))
        whole = pieces[0] + "".join(place + piece for place, piece in zip(wide, pieces[1:], strict=True))
        ids = [int(token) for token in self.tokenizer.encode(whole, add_special_tokens=False)]
        vision.pop("num_patches", None)
        types = [int(token == self._image_id) for token in ids] if "image_grid_thw" in vision or not vision else None
        return EncodedQuestion(ids, types, vision)

    def _widened(self, vision: Mapping[str, Any]) -> list[str]:
        """Return what stands for each picture: as many image tokens as it has features."""
        if not vision:
            return []
        if "image_grid_thw" in vision:  # Qwen-VL: one token per merged square of patches
            merge = int(self._pixels.merge_size) ** 2
            return [self._image * (int(grid.prod()) // merge) for grid in vision["image_grid_thw"]]
        length = getattr(self._config, "image_seq_length", None)
        start, end = (getattr(self.tokenizer, f"{side}_image_token", None) for side in ("start", "end"))
        if "num_patches" in vision and length and start and end:  # InternVL: a fixed number per tile
            return [f"{start}{self._image * (int(length) * int(tiles))}{end}" for tiles in vision["num_patches"]]
        raise InputError(
            f"model {self._model}",
            "its pictures cannot be prepared without torchvision",
            "Type: pip install torchvision",
        )


def _defaults(model_type: str) -> dict[str, Any]:
    """Return what the model's processor tells its image processor, beyond the model's own files.

    InternVL's cuts pictures into tiles although the image processor alone would not.
    """
    if model_type != "internvl":
        return {}
    from transformers.models.internvl.processing_internvl import InternVLProcessorKwargs

    return dict(InternVLProcessorKwargs._defaults["images_kwargs"])


def _fitting(places: int, pictures: int) -> None:
    if places != pictures:
        raise InputError(f"a prompt with {places} places for pictures", f"it comes with {pictures} pictures")


def rendered(tokenizer: Any, template: str, messages: list[dict[str, Any]]) -> str:
    """Put messages into a chat format, up to where the model's own words begin."""
    chat = tokenizer.apply_chat_template
    return str(chat(messages, chat_template=template, add_generation_prompt=True, tokenize=False))


def chat_template(model: str, revision: str | None) -> str:
    """Read the chat format from the processor's files, where the tokenizer has none of its own."""
    import json

    from transformers.utils import cached_file

    for name in ("chat_template.jinja", "chat_template.json"):
        found = cached_file(model, name, revision=revision, _raise_exceptions_for_missing_entries=False)
        if found is not None:
            text = Path(found).read_text("utf-8")
            return text if name.endswith("jinja") else str(json.loads(text)["chat_template"])
    raise InputError(f"model {model}", "it has no chat format", "Take an instruction-tuned model.")


def batch(encoded: Sequence[EncodedQuestion], pad: int, device: Any) -> dict[str, Any]:
    """Put questions side by side as arguments of the model, padded on the left: ids (questions, longest), pixels."""
    import torch

    longest = max(len(one.ids) for one in encoded)

    def padded(rows: Sequence[Sequence[int]], fill: int) -> Any:
        return torch.tensor([[fill] * (longest - len(row)) + list(row) for row in rows], device=device)

    made = {
        "input_ids": padded([one.ids for one in encoded], pad),
        "attention_mask": padded([[1] * len(one.ids) for one in encoded], 0),
    }
    if all(one.types is not None for one in encoded):
        made["mm_token_type_ids"] = padded([one.types or [] for one in encoded], 0)
    for name in {name: None for one in encoded for name in one.vision}:
        made[name] = torch.cat([one.vision[name] for one in encoded if name in one.vision]).to(device)
    return made
