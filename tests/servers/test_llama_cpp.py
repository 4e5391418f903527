"""llama.cpp's own server with a tiny random model: what the probe makes of a real server that is not vLLM."""

from __future__ import annotations

import pytest
from helpers_openai import question

from referee_calib.errors import InputError
from referee_calib.referee.backends.openai.openai_backend import OpenAIBackend
from referee_calib.referee.decoding_settings import Decoding
from referee_calib.referee.reply.level_parser import Parser


def test_a_server_without_a_vision_part_is_refused_in_its_own_words(llama_cpp: str) -> None:
    with pytest.raises(InputError, match=r"it takes no pictures: HTTP 500: image input is not supported .*mmproj"):
        OpenAIBackend(llama_cpp, "tiny").capabilities()


def test_another_name_than_the_served_one_is_refused_until_it_is_said_to_be_one(llama_cpp: str) -> None:
    with pytest.raises(InputError, match=r"at http\S+ another model answers: tiny\. .* alias_of = \"tiny\""):
        OpenAIBackend(llama_cpp, "large", pictures=0).capabilities()
    assert OpenAIBackend(llama_cpp, "large", pictures=0, alias_of="tiny").capabilities().answers_as == "tiny"


def test_levels_are_read_from_its_most_likely_tokens(llama_cpp: str) -> None:
    referee = OpenAIBackend(llama_cpp, "tiny", pictures=0)
    found = referee.capabilities()
    assert found.rung == "truncated"
    assert set(found.tried) == {"exact", "choice"}  # it ignores both fields with HTTP 200
    reply = referee.answer(question(pictures=0))
    assert 0.5 < sum(reply.distribution or ()) < 1
    verdict = Parser().read(reply)
    assert verdict.status == "ok"
    assert verdict.mass == pytest.approx(sum(reply.distribution or ()))
    assert referee.answer(question(pictures=0)).distribution == pytest.approx(reply.distribution, abs=1e-3)
    referee.close()


def test_a_reply_in_words_that_never_ends_is_an_error(llama_cpp: str) -> None:
    decoding = Decoding(rung="parsed")
    referee = OpenAIBackend(llama_cpp, "tiny", pictures=0, decoding=decoding, extra={"max_tokens": 16})
    reply = referee.answer(question(pictures=0))
    assert (reply.status, "cut at its longest length" in reply.reason) == ("error", True)
    referee.close()
