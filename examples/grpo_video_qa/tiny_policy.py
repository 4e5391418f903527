"""A Qwen2.5-VL with random weights, built without a download: the real architecture at any size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>")
SPECIAL += ("<|image_pad|>", "<|video_pad|>")
TAGS = ("<think>", "</think>", "<answer>", "</answer>", "<obj>", "</obj>", "<box>[", "]</box>", "at<t>", "</t>s")
CHAT = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>"
    "{% elif 'text' in part %}{{ part['text'] }}{% endif %}{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
WORDS = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4}
WORDS |= {"num_key_value_heads": 2, "max_position_embeddings": 2048, "max_window_layers": 2}
EYES = {"depth": 2, "hidden_size": 32, "intermediate_size": 64, "num_heads": 4, "patch_size": 14, "window_size": 112}
EYES |= {"spatial_merge_size": 2, "temporal_patch_size": 2, "fullatt_block_indexes": [1]}


def tiny_policy(
    texts: Iterable[str],
    *,
    seed: int = 0,
    vocabulary: int = 900,
    words: Mapping[str, Any] | None = None,
    eyes: Mapping[str, Any] | None = None,
    longest_edge: int = 56 * 56,
) -> tuple[Any, Any]:
    """Return a model and its processor.

    Parameters
    ----------
    texts : iterable of str
        What prompts and replies look like: the tokenizer is trained on it.
    seed : int
        Of the weights.
    vocabulary : int
        Tokens, at most.
    words, eyes : mapping, optional
        Other sizes of the language model and of the vision tower.
    longest_edge : int
        Pixels of a picture as the model sees it.
    """
    import torch

    torch.manual_seed(seed)
    tokenizer = _tokenizer(texts, vocabulary)
    return _model(tokenizer, {**WORDS, **(words or {})}, {**EYES, **(eyes or {})}), _processor(tokenizer, longest_edge)


def _tokenizer(texts: Iterable[str], vocabulary: int) -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    pieces = Tokenizer(models.BPE())
    pieces.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    pieces.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=list(SPECIAL), initial_alphabet=alphabet, show_progress=False
    )
    pieces.train_from_iterator(texts, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=pieces,
        eos_token=SPECIAL[2],
        pad_token=SPECIAL[0],
        additional_special_tokens=list(SPECIAL[3:]),
        padding_side="left",
    )
    tokenizer.add_tokens(list(TAGS))  # one token each, so that a small model keeps a reply in form
    tokenizer.chat_template = CHAT
    return tokenizer


def _model(tokenizer: Any, words: dict[str, Any], eyes: dict[str, Any]) -> Any:
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    half = words["hidden_size"] // words["num_attention_heads"] // 2  # rotary pairs of a head, shared by t, y, x
    rope = {
        "rope_type": "default",
        "rope_theta": 1e4,
        "mrope_section": [half - 2 * (half * 3 // 8)] + [half * 3 // 8] * 2,
    }
    ends = {"pad_token_id": tokenizer.pad_token_id, "eos_token_id": tokenizer.eos_token_id, "bos_token_id": None}
    ids = {name: tokenizer.convert_tokens_to_ids(f"<|{name}|>") for name in ("image_pad", "video_pad")}
    ids |= {name: tokenizer.convert_tokens_to_ids(f"<|{name}|>") for name in ("vision_start", "vision_end")}
    config = Qwen2_5_VLConfig(
        text_config={**words, **ends, "vocab_size": len(tokenizer), "rope_parameters": rope},
        vision_config={**eyes, "out_hidden_size": words["hidden_size"]},
        image_token_id=ids["image_pad"],
        video_token_id=ids["video_pad"],
        vision_start_token_id=ids["vision_start"],
        vision_end_token_id=ids["vision_end"],
        tie_word_embeddings=False,
    )
    return Qwen2_5_VLForConditionalGeneration(config)


def _processor(tokenizer: Any, longest_edge: int) -> Any:
    """Make a processor for pictures alone: its video half would need torchvision."""
    from transformers import Qwen2_5_VLProcessor, Qwen2VLImageProcessorPil
    from transformers.processing_utils import ProcessorMixin

    class PictureProcessor(Qwen2_5_VLProcessor):
        def __init__(self, image_processor: Any = None, tokenizer: Any = None, chat_template: Any = None) -> None:
            self.image_token, self.video_token = "<|image_pad|>", "<|video_pad|>"
            self.image_token_id = tokenizer.convert_tokens_to_ids(self.image_token)
            self.video_token_id = tokenizer.convert_tokens_to_ids(self.video_token)
            ProcessorMixin.__init__(self, image_processor, tokenizer, chat_template=chat_template)

    pictures = Qwen2VLImageProcessorPil(size={"shortest_edge": 28 * 28, "longest_edge": longest_edge})
    return PictureProcessor(pictures, tokenizer, chat_template=CHAT)
