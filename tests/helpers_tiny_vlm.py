"""Model folders small enough for a test: real architectures and file layouts, random weights, no download.

A random network spreads its probability over the whole vocabulary, so its five level digits would hold
almost nothing. Here one channel of the residual stream carries a constant that only the output rows of
the level digits read: the digits hold nearly all the probability, and how they share it depends on the
words and the pictures.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

from referee_calib.records import DIMENSIONS
from referee_calib.rubric import load

KINDS = ("qwen2_5_vl", "qwen3_vl", "internvl")
Sizes = dict[str, Any]
VOCABULARY = 1024
WIDTH = 128  # of the language model
SENTENCES = """system user assistant Judge only by the pictures. The pictures, in this order: Picture 1: the whole
frame at 1.25 s; the red box is the claim. The question about the video: <<<Where is the>>> The claim points at: a box.
Text between <<< and >>> was written by another model. Answer with one digit and nothing else. Level: the span claimed
from s to s. with of its size around it. {"level": }
yes
no"""
QWEN_TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>"]
QWEN_TOKENS += ["<|vision_pad|>", "<|image_pad|>", "<|video_pad|>"]
INTERN_TOKENS = ["<img>", "</img>", "<IMG_CONTEXT>", "<video>"]
QWEN_IMAGE = "<|vision_start|><|image_pad|><|vision_end|>"
CHAT = """{%- for message in messages -%}
<|im_start|>{{ message['role'] }}
{% if message['content'] is string %}{{ message['content'] }}{% else -%}
{%- for part in message['content'] -%}
{%- if part['type'] == 'text' %}{{ part['text'] }}{% else %}IMAGE{% endif -%}
{%- endfor -%}{%- endif -%}
<|im_end|>
{% endfor -%}
{%- if add_generation_prompt %}<|im_start|>assistant
{% endif -%}
"""


def build(kind: str, folder: Path, *, seed: int = 0) -> Path:
    """Write configuration, tokenizer, processor and random weights of one architecture into a folder."""
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(CHAT.replace("IMAGE", "<IMG_CONTEXT>\n" if kind == "internvl" else QWEN_IMAGE), kind)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = network(kind, tokenizer)
    ends = [tokenizer.convert_tokens_to_ids(t) for t in ("<|im_end|>", "<|endoftext|>")]
    model.generation_config.eos_token_id, model.generation_config.pad_token_id = ends, ends[1]
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    _write_processor(kind, folder)
    return folder


def network(
    kind: str,
    tokenizer: Any,
    *,
    text: dict[str, Any] | None = None,
    eyes: dict[str, Any] | None = None,
    gain: float = 3.0,
) -> Any:
    """Make a random model of one architecture; `text` and `eyes` change the sizes of its two halves.

    Weights are multiplied by `gain`, which makes attention sharper: the pictures move the last position.
    """
    make = _internvl if kind == "internvl" else partial(_qwen, kind)
    model = _model_class(kind)(make(tokenizer, text or {}, eyes or {}))
    _favour_digits(model, [tokenizer.convert_tokens_to_ids(digit) for digit in "01234"], gain)
    return model


def _favour_digits(model: Any, digits: list[int], gain: float) -> None:
    """Let channel 0 carry a constant past every layer, and only the digits' output rows read it."""
    import torch

    text = model.model.language_model
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim >= 2:
                parameter.mul_(gain)
        text.embed_tokens.weight[:, 0] = 1.0
        for layer in text.layers:
            layer.self_attn.o_proj.weight[0] = 0.0
            layer.mlp.down_proj.weight[0] = 0.0
        model.lm_head.weight[:, 0] = 0.0
        for digit in digits:
            model.lm_head.weight[digit, 0] = 40.0


def _model_class(kind: str) -> Any:
    import transformers

    names = {"qwen2_5_vl": "Qwen2_5_VL", "qwen3_vl": "Qwen3VL", "internvl": "InternVL"}
    return getattr(transformers, f"{names[kind]}ForConditionalGeneration")


def _tokenizer(template: str, kind: str) -> Any:
    """Train a byte-level BPE on the rubric's words; every digit is a token of its own."""
    from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
    from transformers import Qwen2Tokenizer
    from transformers.models.qwen2.tokenization_qwen2 import PRETOKENIZE_REGEX

    rubric = load()
    words = [SENTENCES]
    for dimension in DIMENSIONS:
        words += [rubric[dimension].question, rubric[dimension].help, *rubric[dimension].levels]
    bpe = Tokenizer(models.BPE())
    bpe.normalizer = normalizers.NFC()
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PRETOKENIZE_REGEX), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    bpe.train_from_iterator(
        words * 4, trainers.BpeTrainer(vocab_size=VOCABULARY, initial_alphabet=alphabet, show_progress=False)
    )
    trained = json.loads(bpe.to_str())["model"]
    merges = [tuple(pair.split(" ")) if isinstance(pair, str) else tuple(pair) for pair in trained["merges"]]
    tokenizer = Qwen2Tokenizer(
        vocab=trained["vocab"], merges=merges, eos_token="<|im_end|>", pad_token="<|endoftext|>", unk_token=None
    )
    special = [*QWEN_TOKENS, *(INTERN_TOKENS if kind == "internvl" else ())]
    tokenizer.add_tokens([AddedToken(token, special=True, normalized=False) for token in special])
    tokenizer.chat_template = template
    tokenizer.model_max_length = 8192
    return tokenizer


def _text(tokenizer: Any, **more: Any) -> dict[str, Any]:
    ends = {name: tokenizer.convert_tokens_to_ids(t) for name, t in (("eos", "<|im_end|>"), ("pad", "<|endoftext|>"))}
    return {
        "vocab_size": (len(tokenizer) + 63) // 64 * 64,
        "hidden_size": WIDTH,
        "intermediate_size": 256,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 8192,
        "bos_token_id": ends["pad"],
        "eos_token_id": ends["eos"],
        "pad_token_id": ends["pad"],
        **more,
    }


def _qwen(kind: str, tokenizer: Any, words: Sizes, sight: Sizes) -> Any:
    import transformers

    names = {"image_token_id": "image_pad", "video_token_id": "video_pad"}
    names |= {"vision_start_token_id": "vision_start", "vision_end_token_id": "vision_end"}
    ids = {key: tokenizer.convert_tokens_to_ids(f"<|{name}|>") for key, name in names.items()}
    eyes = {"hidden_size": 64, "intermediate_size": 128, "num_heads": 2, "out_hidden_size": WIDTH}
    eyes |= {"spatial_merge_size": 2, "temporal_patch_size": 2}
    if kind == "qwen2_5_vl":
        rope = {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [4, 6, 6]}
        eyes |= {"depth": 2, "patch_size": 14, "window_size": 112, "fullatt_block_indexes": [1]}
        text = _text(tokenizer, rope_parameters=rope)
        make = transformers.Qwen2_5_VLConfig
    else:
        rope = {"rope_type": "default", "rope_theta": 5e6, "mrope_section": [6, 5, 5], "mrope_interleaved": True}
        eyes |= {"depth": 3, "patch_size": 16, "num_position_embeddings": 256, "deepstack_visual_indexes": [0, 1]}
        text = _text(tokenizer, rope_parameters=rope, head_dim=32)
        make = transformers.Qwen3VLConfig
    return make(text_config=text | words, vision_config=eyes | sight, tie_word_embeddings=False, **ids)


def _internvl(tokenizer: Any, words: Sizes, sight: Sizes) -> Any:
    import transformers

    eyes = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 128}
    eyes |= {"image_size": [112, 112], "patch_size": [14, 14], "use_qk_norm": False}
    return transformers.InternVLConfig(
        text_config=_text(tokenizer, model_type="qwen2", tie_word_embeddings=False) | words,
        vision_config=eyes | sight,
        image_token_id=tokenizer.convert_tokens_to_ids("<IMG_CONTEXT>"),
        image_seq_length=16,
        downsample_ratio=0.5,
        tie_word_embeddings=False,
    )


def _write_processor(kind: str, folder: Path) -> None:
    """Write the processor's files by hand: making the object would need torchvision for its video half."""
    if kind == "internvl":
        name, image, video = "InternVLProcessor", "GotOcr2ImageProcessor", "InternVLVideoProcessor"
        settings: dict[str, Any] = {
            "size": {"height": 112, "width": 112},
            "image_mean": [0.485, 0.456, 0.406],
            "image_std": [0.229, 0.224, 0.225],
        }
        patches = {"crop_to_patches": False, "min_patches": 1, "max_patches": 4}
        _update(folder / "processor_config.json", image_seq_length=16, processor_class=name)
        tokens = {"start_image_token": "<img>", "end_image_token": "</img>"}
        tokens |= {"context_image_token": "<IMG_CONTEXT>", "video_token": "<video>"}
        _update(folder / "tokenizer_config.json", extra_special_tokens=tokens)
    else:
        name = "Qwen2_5_VLProcessor" if kind == "qwen2_5_vl" else "Qwen3VLProcessor"
        image = "Qwen2VLImageProcessor"
        video = "Qwen2VLVideoProcessor" if kind == "qwen2_5_vl" else "Qwen3VLVideoProcessor"
        patch = 14 if kind == "qwen2_5_vl" else 16
        side = (2 * patch) ** 2  # pixels of one token
        settings = {"size": {"shortest_edge": 4 * side, "longest_edge": 64 * side}, "patch_size": patch}
        settings |= {"temporal_patch_size": 2, "merge_size": 2, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
        patches = {}
    _update(folder / "tokenizer_config.json", processor_class=name)
    _update(
        folder / "preprocessor_config.json", image_processor_type=image, processor_class=name, **settings, **patches
    )
    _update(folder / "video_preprocessor_config.json", video_processor_type=video, processor_class=name, **settings)


def _update(path: Path, **more: Any) -> None:
    known = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(known | more, indent=1))
