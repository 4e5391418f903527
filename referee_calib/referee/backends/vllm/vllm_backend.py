"""A referee in this process, with vLLM's offline engine: windows of questions, batched by the engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import islice
from time import perf_counter
from typing import Any

from referee_calib.errors import InputError, RefereeFailure
from referee_calib.referee.backends.local.answer_tokens import answer_tokens, bounded
from referee_calib.referee.backends.local.look_ahead import one_ahead
from referee_calib.referee.backends.local.model_identity import identity, needed, versions
from referee_calib.referee.backends.local.model_inputs import ANY_MESSAGE, chat_template, rendered
from referee_calib.referee.backends.vllm.engine_options import engine_settings, fault_class, refuse
from referee_calib.referee.decoding_settings import Decoding, Rung
from referee_calib.referee.frame_policy.encoded_picture import Picture
from referee_calib.referee.question import Question, Reply
from referee_calib.referee.reply.logprob_ladder import distribution, distribution_of_ids, fault

WINDOW = 256
TOP = 20  # most probable tokens on the rung "truncated"; what vLLM gives without another setting
_BAD_INPUT = (InputError, ValueError, TypeError, OSError)


class VllmBackend:
    """Asks a vision-language model through vLLM, without a server.

    Parameters
    ----------
    model : str
        A folder, or a name on the model hub. Code that comes with a model is never run.
    revision : str
        Of a hub name; a commit pins it.
    decoding : Decoding
        With the rung "auto", "exact" where this vLLM can give the probabilities of named tokens, else "choice".
    engine : mapping, optional
        Arguments of ``vllm.LLM``, such as ``{"tensor_parallel_size": 2}``. Those that can change a reply are in
        the fingerprint. Left alone, vLLM computes weights that are stored in float32 in half precision.
    window : int
        Most questions handed to the engine at once; so many questions' pictures are in memory twice.

    Raises
    ------
    MissingExtra
        With the pip command, when vLLM is not installed.
    InputError
        When the folder holds no model, or `engine` would make the probabilities something else.
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
        decoding: Decoding | None = None,
        engine: Mapping[str, Any] | None = None,
        window: int = WINDOW,
    ) -> None:
        needed("vllm", "a referee of vLLM's offline engine", "vllm")
        self.decoding = decoding or Decoding()
        self._engine = dict(engine or {})
        if window < 1:
            raise InputError(f"window = {window}", "a window holds at least one question")
        refuse(self._engine)
        self._identity = identity(model, revision)
        self._source, self._revision, self._window = model, revision or None, window
        self._tokens: dict[tuple[str, ...], tuple[int, ...]] = {}

    @cached_property
    def rung(self) -> Rung:
        """How levels are read; found from what this vLLM can do, without loading a model."""
        from vllm import SamplingParams

        exact = hasattr(SamplingParams(), "logprob_token_ids")
        if self.decoding.rung == "exact" and not exact:
            found = versions("vllm")["vllm"]
            raise InputError(f'rung "exact" with vLLM {found}', "it needs 0.24 or newer", 'Set rung = "choice".')
        if self.decoding.rung != "auto":
            return self.decoding.rung
        return "exact" if exact else "choice"

    @cached_property
    def _llm(self) -> Any:
        from vllm import LLM

        given = {"seed": self.decoding.seed, "limit_mm_per_prompt": {"image": 16, "video": 0}, **self._engine}
        try:
            return LLM(model=self._source, revision=self._revision, **given)
        except (OSError, ValueError, RuntimeError, TypeError, ImportError) as error:
            raise InputError(f"model {self._source}", f"vLLM cannot load it: {error}"[:400]) from error

    def settings(self) -> dict[str, Any]:
        """Return what can change a reply."""
        decoding = self.decoding.pinned(self.rung).settings()
        return {"backend": "vllm", **self._identity, "engine": engine_settings(self._engine), "decoding": decoding}

    def describe(self) -> dict[str, Any]:
        """Return the settings, in words what it is, all engine arguments and the versions that ran."""
        what = "A vision-language model in this process, with vLLM's offline engine."
        told = versions("vllm", "torch", "transformers")
        engine = dict(sorted(self._engine.items()))
        return {**self.settings(), "what": what, "source": self._source, "engine": engine, "versions": told}

    def answer(self, question: Question) -> Reply:
        """Answer one question."""
        return next(reply for _, reply in self.answers([question]))

    def answers(self, questions: Iterable[Question]) -> Iterator[tuple[Question, Reply]]:
        """Answer questions window by window, in their order; the next window is read while one is computed.

        An InputError says that an answer is not one token for this model, a RefereeFailure that the engine has died;
        replies given before are good.
        """
        coming = iter(questions)
        windows = iter(lambda: list(islice(coming, self._window)), [])
        for answered in one_ahead(windows, self._answered, "vllm"):
            yield from answered

    def close(self) -> None:
        """End the engine and give its memory back."""
        engine = self.__dict__.pop("_llm", None)
        if engine is not None:
            engine.llm_engine.engine_core.shutdown()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_llm"}  # loaded again where it goes

    def _answered(self, window: Sequence[Question]) -> list[tuple[Question, Reply]]:
        said: list[tuple[Question, list[dict[str, Any]]]] = []
        replies: list[tuple[Question, Reply]] = []
        for question in window:
            try:
                said.append((question, conversation(question)))
            except _BAD_INPUT as error:
                replies.append((question, _failed("the question could not be prepared", error)))
        return replies + self._asked(said)

    def _asked(self, said: Sequence[tuple[Question, list[dict[str, Any]]]]) -> list[tuple[Question, Reply]]:
        """Ask the engine; a window it refuses is asked in halves, so that the bad question costs only itself."""
        if not said:
            return []
        sampling = [self._sampling(question) for question, _ in said]
        engine = self._llm  # loaded before the clock starts
        started = perf_counter()
        try:
            outputs = engine.chat([one for _, one in said], sampling, use_tqdm=False)
        except (*_BAD_INPUT, fault_class("VLLMClientError", ValueError)) as error:
            if len(said) == 1:
                return [(said[0][0], _failed("the engine refused the question", error))]
            middle = len(said) // 2
            return self._asked(said[:middle]) + self._asked(said[middle:])
        except RuntimeError as error:
            raise RefereeFailure(
                "vLLM's engine", f"it failed: {error}"[:400], "Run again to go on from here."
            ) from error
        seconds = (perf_counter() - started) / len(said)
        return [
            (question, self._reply(question, output, seconds))
            for (question, _), output in zip(said, outputs, strict=True)
        ]

    def _ids(self, answers: tuple[str, ...]) -> tuple[int, ...]:
        """Look once at how this model's tokenizer writes the answers."""
        if answers not in self._tokens:
            tokenizer = self._llm.get_tokenizer()
            template = tokenizer.chat_template or chat_template(self._source, self._revision)
            tail = rendered(tokenizer, template, ANY_MESSAGE)
            encode = partial(tokenizer.encode, add_special_tokens=False)
            self._tokens[answers] = answer_tokens(encode, tail, answers, self._source)
        return self._tokens[answers]

    def _sampling(self, question: Question) -> Any:
        from vllm import SamplingParams

        answers = question.answers
        if self.rung == "exact":
            return SamplingParams(max_tokens=1, temperature=0.0, logprob_token_ids=list(self._ids(answers)))
        if self.rung == "truncated":
            return SamplingParams(max_tokens=1, temperature=0.0, logprobs=TOP)
        if self.rung == "choice":
            from vllm.sampling_params import StructuredOutputsParams

            only = StructuredOutputsParams(choice=list(answers))
            return SamplingParams(max_tokens=1, temperature=0.0, logprobs=len(answers), structured_outputs=only)
        seed = self.decoding.seed + question.sample
        return SamplingParams(max_tokens=self.decoding.max_tokens, temperature=self.decoding.temperature, seed=seed)

    def _reply(self, question: Question, output: Any, seconds: float) -> Reply:
        said = output.outputs[0]
        tokens = len(output.prompt_token_ids or ()) + len(said.token_ids)
        if self.rung == "parsed":
            return Reply(text=said.text, rung="parsed", seconds=seconds, tokens=tokens)
        top = {} if not said.logprobs else dict(said.logprobs[0])
        found = self._distribution(question.answers, top)
        wrong = "vLLM left out an answer's probability" if found is None else fault(found, self.rung)
        if found is None or wrong:
            return Reply(text=said.text, status="error", reason=wrong, seconds=seconds, tokens=tokens)
        return Reply(text=said.text, distribution=bounded(found), rung=self.rung, seconds=seconds, tokens=tokens)

    def _distribution(self, answers: tuple[str, ...], top: Mapping[int, Any]) -> tuple[float, ...] | None:
        if self.rung == "exact":
            return distribution_of_ids({token: one.logprob for token, one in top.items()}, self._ids(answers))
        written = [(one.decoded_token or "", one.logprob) for one in top.values()]
        return distribution(written, answers, prefixes=self.rung == "choice")


def conversation(question: Question) -> list[dict[str, Any]]:
    """Return a question as vLLM takes it: the head as system message, pictures as pixels."""
    from PIL import Image

    head, *shown = question.parts
    content = [
        {"type": "image_pil", "image_pil": Image.fromarray(part.pixels)}
        if isinstance(part, Picture)
        else {"type": "text", "text": part}
        for part in shown
    ]
    return [{"role": "system", "content": head}, {"role": "user", "content": content}]


def _failed(what: str, error: Exception) -> Reply:
    return Reply(status="error", reason=f"{what}: {type(error).__name__}: {error}"[:500])
