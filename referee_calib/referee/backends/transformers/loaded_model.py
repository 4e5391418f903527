"""A loaded model of the transformers library: read the next token's probabilities, or let it write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from referee_calib.errors import InputError
from referee_calib.referee.backends.local.answer_tokens import probabilities
from referee_calib.referee.backends.local.model_inputs import EncodedQuestion, batch
from referee_calib.referee.backends.transformers import shared_prefix as prefix
from referee_calib.referee.backends.transformers import window_attention as windows
from referee_calib.referee.decoding_settings import Decoding
from referee_calib.referee.question import Reply


def on_gpu(device: str) -> bool:
    """Return whether a model goes to a GPU: "auto" is the first one where there is one, else the CPU."""
    import torch

    return bool(torch.cuda.is_available()) if device == "auto" else not device.startswith("cpu")


@dataclass(frozen=True)
class LocalModel:
    """A model, where it is, and the token it pads with."""

    model: Any
    device: Any
    pad: int

    @classmethod
    def load(
        cls, source: str, revision: str | None, *, device: str, dtype: str, attention: str, pad: int | None
    ) -> LocalModel:
        """Load the weights; an InputError says that the library lacks the architecture, or the device is not there."""
        from transformers import AutoModelForImageTextToText

        where = ("cuda" if on_gpu(device) else "cpu") if device == "auto" else device
        try:
            model = AutoModelForImageTextToText.from_pretrained(
                source, revision=revision, dtype=dtype, attn_implementation=attention
            )
            model = model.to(where).eval()
            windows.widen(model)
        except (OSError, ValueError, RuntimeError, ImportError) as error:
            raise InputError(f"model {source}", f"it cannot be loaded: {error}"[:400]) from error
        ends = model.generation_config.eos_token_id
        end = ends[0] if isinstance(ends, list) else ends
        return cls(model, model.device, pad if pad is not None else end or 0)

    def read(
        self, encoded: Sequence[EncodedQuestion], tokens: Sequence[Sequence[int]], tokenizer: Any, *, share: bool = True
    ) -> list[Reply]:
        """Read the probabilities of the allowed answers as the next token of each question."""
        import torch

        with torch.inference_mode():
            # In float32: the rounding of bfloat16 at a log-probability of -10 is 0.06.
            logprobs = torch.log_softmax(self._logits(encoded, share).float(), dim=-1).cpu()
        return [
            self._reply(row, its, len(one.ids), tokenizer)
            for row, its, one in zip(logprobs, tokens, encoded, strict=True)
        ]

    def _logits(self, encoded: Sequence[EncodedQuestion], share: bool) -> Any:
        import torch

        shares = share and self.model.config.model_type in prefix.FAMILIES
        found = prefix.groups(encoded, int(self.model.config.image_token_id)) if shares else []
        grouped = [row for group in found for row in group.rows]
        alone = [row for row in range(len(encoded)) if row not in set(grouped)]
        parts = [prefix.logits(self.model, encoded, found, self.pad)] if found else []
        if alone:
            made = batch([encoded[row] for row in alone], self.pad, self.device)
            parts.append(self.model(**made, logits_to_keep=1, use_cache=False).logits[:, -1])
        back = sorted(range(len(encoded)), key=(grouped + alone).__getitem__)
        return torch.cat(parts)[back]

    @staticmethod
    def _reply(row: Any, tokens: Sequence[int], length: int, tokenizer: Any) -> Reply:
        distribution = probabilities(row[list(tokens)].tolist())
        if distribution is None:
            return Reply(status="error", reason="the model's probabilities are no numbers; try dtype = float32")
        text = str(tokenizer.decode([int(row.argmax())]))
        return Reply(text=text, distribution=distribution, rung="exact", tokens=length + 1)

    def written(
        self, encoded: Sequence[EncodedQuestion], samples: Sequence[int], decoding: Decoding, tokenizer: Any
    ) -> list[tuple[str, int]]:
        """Let the model write; return the words without special tokens, and the tokens of prompt and reply together.

        With a temperature, sample k of a question is drawn with ``seed + k``.
        """
        import torch

        if decoding.temperature == 0:
            return self._generated(encoded, decoding, tokenizer)
        texts = []
        for one, sample in zip(encoded, samples, strict=True):  # alone: a draw must not depend on its neighbours
            with torch.random.fork_rng():
                torch.manual_seed(decoding.seed + sample)
                texts += self._generated([one], decoding, tokenizer)
        return texts

    def _generated(
        self, encoded: Sequence[EncodedQuestion], decoding: Decoding, tokenizer: Any
    ) -> list[tuple[str, int]]:
        import torch
        from transformers import GenerationConfig

        drawn = decoding.temperature > 0
        # Everything is said, because what is left out is taken from the model's own file (a repetition penalty, say).
        config = GenerationConfig(
            max_new_tokens=decoding.max_tokens,
            do_sample=drawn,
            temperature=decoding.temperature if drawn else 1.0,
            top_p=1.0,
            top_k=0 if drawn else 50,
            repetition_penalty=1.0,
            num_beams=1,
            pad_token_id=self.pad,
            eos_token_id=self.model.generation_config.eos_token_id,
        )
        with torch.inference_mode():
            made = batch(encoded, self.pad, self.device)
            whole = self.model.generate(**made, generation_config=config)
        new = whole[:, made["input_ids"].shape[1] :].tolist()
        counts = [len(one.ids) + sum(token != self.pad for token in row) for one, row in zip(encoded, new, strict=True)]
        return list(zip(tokenizer.batch_decode(new, skip_special_tokens=True), counts, strict=True))

    def free(self) -> None:
        """Give unused memory of the GPU back after an allocation has failed."""
        import torch

        if self.device.type == "cuda":
            torch.cuda.empty_cache()
