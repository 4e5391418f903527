"""A referee in this process, with the transformers library: one forward pass per question, many at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from hashlib import sha256
from itertools import islice
from time import perf_counter
from typing import Any, Literal

from referee_calib.errors import InputError
from referee_calib.referee.backends.local.answer_tokens import answer_tokens
from referee_calib.referee.backends.local.look_ahead import one_ahead
from referee_calib.referee.backends.local.model_identity import identity, needed, versions
from referee_calib.referee.backends.local.model_inputs import (
    ANY_MESSAGE,
    EncodedQuestion,
    Images,
    PictureEncoder,
    ProcessorEncoder,
    QuestionEncoder,
    messages,
)
from referee_calib.referee.backends.transformers.loaded_model import LocalModel, on_gpu
from referee_calib.referee.decoding_settings import Decoding
from referee_calib.referee.question import Question, Reply

Prepared = tuple[Question, EncodedQuestion | str]
BATCH = {True: 24, False: 8}  # on a GPU and on a CPU; measured with 7 billion weights in benchmarks/engines.py
_FEATURE = "a referee of the transformers library"
# What encoding raises on a picture or a text that a processor cannot take; anything else is our own mistake.
_BAD_INPUT = (InputError, ValueError, RuntimeError, LookupError, OSError, StopIteration)


class TransformersBackend:
    """Asks a vision-language model that runs in this process.

    On the rung "exact" nothing is generated: the probabilities of all answers are those of the model's
    next token after the prompt. On the rung "parsed" the model writes and its words are read.

    Parameters
    ----------
    model : str
        A folder, or a name on the model hub. Code that comes with a model is never run.
    revision : str
        Of a hub name; a commit pins it.
    device : str
        "auto" is the first GPU, else the CPU; or a name that torch knows.
    dtype : str
        "auto" is what the weights are stored in; or "float32", "bfloat16", "float16".
    batch : int or None
        Most questions in one forward pass; None is 24 on a GPU, which smaller ones leave waiting, and 8 on a CPU. When
        memory runs out it is halved, and the work goes on.
    decoding : Decoding
        Rungs "auto", "exact" and "parsed".
    share : bool
        Read the beginning that a claim's questions share once (see :mod:`.shared_prefix`).
    attention : str
        The attention implementation, as the library names it.
    images : {"auto", "torchvision", "pil"}
        What resizes the pictures; "auto" is torchvision where it is installed. The two differ slightly, so it
        is part of the fingerprint.

    Raises
    ------
    MissingExtra
        With the pip command, when torch, transformers or Pillow is not installed.
    InputError
        When the folder holds no model or the rung is none of the three.
    """

    reads_words = True
    cacheable = True
    deterministic = False
    takes_pauses = False

    def __init__(
        self,
        model: str,
        *,
        revision: str = "",
        device: str = "auto",
        dtype: str = "auto",
        batch: int | None = None,
        decoding: Decoding | None = None,
        share: bool = True,
        attention: str = "sdpa",
        images: Literal["auto", "torchvision", "pil"] = "auto",
    ) -> None:
        for package in ("torch", "transformers", "PIL"):
            needed(package, _FEATURE, "transformers")
        self.decoding = decoding or Decoding()
        if self.decoding.rung not in ("auto", "exact", "parsed"):
            why = "a model in this process gives all probabilities; nothing is constrained or cut off"
            raise InputError(f"rung {self.decoding.rung!r} with transformers", why, 'Set rung = "exact" or "parsed".')
        if batch is not None and batch < 1:
            raise InputError(f"batch = {batch}", "a batch holds at least one question")
        self._identity = identity(model, revision)
        self._source, self._revision = model, revision or None
        self._device, self._dtype, self._attention = device, dtype, attention
        self._images: Images = _images(images)
        self._share = share
        self._most = batch or 0  # 0 until the first question: looking for a GPU loads torch
        self._answers: dict[tuple[str, ...], tuple[int, ...]] = {}

    @property
    def rung(self) -> str:
        """The rung that is used: "parsed" when asked for, else "exact"."""
        return "parsed" if self.decoding.rung == "parsed" else "exact"

    @cached_property
    def _encoder(self) -> QuestionEncoder:
        kind = ProcessorEncoder if self._images == "torchvision" else PictureEncoder
        try:
            return kind(str(self._source), self._revision)
        except (OSError, ValueError, ImportError) as error:
            do = "Check the model's name and the network, or name a folder that holds the processor's files too."
            raise InputError(f"model {self._source}", f"its processor cannot be loaded: {error}"[:400], do) from error

    @cached_property
    def _model(self) -> LocalModel:
        pad = self._encoder.tokenizer.pad_token_id
        return LocalModel.load(
            self._source, self._revision, device=self._device, dtype=self._dtype, attention=self._attention, pad=pad
        )

    def settings(self) -> dict[str, Any]:
        """Return what can change a reply; device, batch and sharing change it by rounding only and are left out."""
        return {
            "backend": "transformers",
            **self._identity,
            "dtype": self._dtype,
            "attention": self._attention,
            "images": self._images,
            "decoding": self.decoding.pinned("parsed" if self.rung == "parsed" else "exact").settings(),
        }

    def describe(self) -> dict[str, Any]:
        """Return the settings, in words what it is, and the versions that ran."""
        what = "A vision-language model in this process, with the transformers library."
        told = versions("torch", "torchvision", "transformers", "pillow")
        where = {"source": self._source, "device": self._device, "batch": self._most or "auto"}
        return {**self.settings(), "what": what, **where, "versions": told}

    def answer(self, question: Question) -> Reply:
        """Answer one question."""
        return next(reply for _, reply in self.answers([question]))

    def answers(self, questions: Iterable[Question]) -> Iterator[tuple[Question, Reply]]:
        """Answer questions in batches, in their order; the next batch is prepared while one is computed.

        An InputError says that an answer is not one token for this model; nothing it could say would be a score.
        """
        self._most = self._most or BATCH[on_gpu(self._device)]
        for prepared in one_ahead(self._windows(iter(questions)), self._prepare, "encode"):
            yield from self._answered(prepared)

    def _windows(self, coming: Iterator[Question]) -> Iterator[list[Question]]:
        while window := list(islice(coming, self._most)):  # a batch that was too large makes later ones smaller
            self._check(window)
            yield window

    def close(self) -> None:
        """Let go of the model's memory."""
        self.__dict__.pop("_model", None)

    def __getstate__(self) -> dict[str, Any]:
        loaded = {"_model", "_encoder"}  # again where it goes
        return {name: value for name, value in self.__dict__.items() if name not in loaded}

    def _check(self, window: Sequence[Question]) -> None:
        """Look once at how this model's tokenizer writes the answers; a model without one is refused here."""
        encoder = self._encoder
        for answers in {question.answers for question in window} - self._answers.keys():
            if self.rung == "parsed":
                continue
            tail = encoder.render(ANY_MESSAGE)
            encode = partial(encoder.tokenizer.encode, add_special_tokens=False)
            self._answers[answers] = answer_tokens(encode, tail, answers, self._source)

    def _prepare(self, window: Sequence[Question]) -> list[Prepared]:
        return [(question, self._encoded(question)) for question in window]

    def _encoded(self, question: Question) -> EncodedQuestion | str:
        try:
            said, images = messages(question)
            encoded = self._encoder.encode(self._encoder.render(said), images)
            return replace(encoded, pictures=tuple(sha256(shown.data).digest() for shown in question.pictures))
        except _BAD_INPUT as error:
            return f"the question could not be prepared: {type(error).__name__}: {error}"[:500]

    def _answered(self, window: Sequence[Prepared]) -> Iterator[tuple[Question, Reply]]:
        ready = [(question, encoded) for question, encoded in window if isinstance(encoded, EncodedQuestion)]
        for question, encoded in window:
            if isinstance(encoded, str):
                yield question, Reply(status="error", reason=encoded)
        while ready:
            part, ready = ready[: self._most], ready[self._most :]
            yield from zip([question for question, _ in part], self._computed(part), strict=True)

    def _computed(self, part: Sequence[tuple[Question, EncodedQuestion]]) -> list[Reply]:
        """Run one batch; a batch that fails is run in halves, so that the failing question costs only itself."""
        import torch

        started = perf_counter()
        try:
            replies = self._asked(part)
        except (RuntimeError, ValueError, IndexError) as error:
            full = isinstance(error, torch.OutOfMemoryError)
            middle = len(part) // 2
            if full:
                self._model.free()
                self._most = middle or self._most
            if middle:
                return self._computed(part[:middle]) + self._computed(part[middle:])
            why = "out of memory with this one question" if full else f"the model failed: {type(error).__name__}"
            return [Reply(status="error", reason=f"{why}: {error}"[:500])]
        seconds = (perf_counter() - started) / len(part)
        return [reply if reply.status != "ok" else replace(reply, seconds=seconds) for reply in replies]

    def _asked(self, part: Sequence[tuple[Question, EncodedQuestion]]) -> list[Reply]:
        encoded = [one for _, one in part]
        if self.rung == "parsed":
            samples = [question.sample for question, _ in part]
            texts = self._model.written(encoded, samples, self.decoding, self._encoder.tokenizer)
            return [Reply(text=text, rung="parsed", tokens=count) for text, count in texts]
        tokens = [self._answers[question.answers] for question, _ in part]
        return self._model.read(encoded, tokens, self._encoder.tokenizer, share=self._share)


def _images(asked: str) -> Images:
    if asked not in ("auto", "torchvision", "pil"):
        raise InputError(f"images = {asked!r:.40}", "it is one of auto, torchvision, pil")
    if asked == "pil":
        return "pil"
    from transformers.utils import is_torchvision_available

    if is_torchvision_available():
        return "torchvision"
    if asked == "torchvision":
        raise InputError('images = "torchvision"', "it is not installed", "Type: pip install torchvision")
    return "pil"
