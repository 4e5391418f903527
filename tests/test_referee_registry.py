"""Referees by name: from a word, a file of the study, or another package's entry point."""

import dataclasses
import inspect
import json
from importlib.metadata import EntryPoint

import pytest
from helpers_referee import FakeBackend

from referee_calib.errors import InputError
from referee_calib.referee import (
    Decoding,
    FramePolicy,
    Parser,
    Prices,
    Prompt,
    Referee,
    RefereeSpec,
    backend_table,
    load_referee,
    load_spec,
    make_referee,
    read_specs,
    rebuild_referee,
)
from referee_calib.referee import registry as names
from referee_calib.referee.prompting.prompt import load_prompt

EXAMPLE = """
[qwen]
backend = "openai"
model = "Qwen/Qwen2.5-VL-7B-Instruct"
revision = "cc594898"
urls = ["http://localhost:8000/v1", "http://localhost:8001/v1"]
prompt = "yes-no-1"
frames = "crop"
concurrency = 16
timeout = 30
min_mass = 0.25
[qwen.decoding]
rung = "exact"
temperature = 1
[qwen.prices]
input = 0.2
output = 0.6
currency = "EUR"
[qwen.extra]
top_k = 1

[qwen-wide]
backend = "openai"
model = "Qwen/Qwen2.5-VL-7B-Instruct"
reads = "text"
[qwen-wide.frames]
policy = "frame"
box_frames = 2
context = 1
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "referees.toml").write_text(EXAMPLE)
    return tmp_path


def test_a_file_of_referees_is_read(folder):
    found = read_specs(folder / "referees.toml")
    assert list(found) == ["qwen", "qwen-wide"]
    assert found["qwen"] == RefereeSpec(
        name="qwen",
        backend="openai",
        model="Qwen/Qwen2.5-VL-7B-Instruct",
        revision="cc594898",
        urls=("http://localhost:8000/v1", "http://localhost:8001/v1"),
        prompt=load_prompt("yes-no-1"),
        frames=FramePolicy.named("crop"),
        decoding=Decoding(rung="exact", temperature=1.0),
        parser=Parser(min_mass=0.25),
        extra={"top_k": 1},
        options={"concurrency": 16, "timeout": 30},
        prices=Prices(0.2, 0.6, "EUR"),
    )
    wide = found["qwen-wide"]
    assert wide.frames == dataclasses.replace(FramePolicy.named("frame"), box_frames=2, context=1.0)
    assert wide.parser.reads == "text"
    assert load_spec("qwen", folder=folder) == found["qwen"] == load_spec("qwen", folder=folder / "referees.toml")


OPENAI = "[x]\nbackend = 'openai'\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[x]\nmodel = 'm'", ("[x]", "names no backend")),
        ("[x]\nbackend = 'opnai'", ("[x]", "Do you mean openai?")),
        (OPENAI + "modle = 'm'", ("[x]", "'modle'", "Do you mean model?")),
        (OPENAI + "concurency = 3", ("[x]", "Do you mean concurrency?")),
        (OPENAI + "batch = 3", ("[x]", "'batch'", "there is no such key")),
        (OPENAI + "concurrency = 'many'", ("[x] concurrency", "'many'", "it must be int")),
        (OPENAI + "urls = [3]", ("[x] urls", "list of addresses")),
        (OPENAI + "urls = 'localhost:8000'", ("[x]", "no http address")),
        (OPENAI + "urls = 'http://me:secret@host/v1'", ("[x]", "password")),
        (OPENAI + "revision = 3", ("[x] revision", "text")),
        (OPENAI + "frames = 'croop'", ("[x] frames", "crop")),
        (OPENAI + "[x.frames]\nbox_frame = 2", ("[x] frames", "Do you mean box_frames?")),
        (OPENAI + "[x.frames]\nbox_frames = 2.5", ("[x] frames box_frames", "whole number")),
        (OPENAI + "[x.frames]\nbox_frames = true", ("[x] frames box_frames", "whole number")),
        (OPENAI + "[x.frames]\nbox_frames = 0", ("[x] frames", "positive")),
        (OPENAI + "[x.frames]\ncontext = nan", ("[x] frames", "positive, and finite")),
        (OPENAI + "[x.frames]\nclip_rate = inf", ("[x] frames", "positive, and finite")),
        (OPENAI + "timeout = inf", ("[x]", "timeout = inf", "it must be a finite number")),
        (OPENAI + "deadline = inf", ("[x]", "deadline = inf", "it must be a finite number")),
        (OPENAI + "[x.extra]\nd = 2024-01-01", ("[x]", "extra d = 2024-01-01", "not a date")),
        (OPENAI + "[x.extra]\na = {b = [1, nan]}", ("[x]", "extra a b = nan", "finite number")),
        ("[x]\nbackend = 'other'\nits_own = 12:30:00", ("[x]", "its_own = 12:30:00", "not a time")),
        (OPENAI + "[x.decoding]\nrung = 'best'", ("[x] decoding", "a rung is one of")),
        (OPENAI + "[x.decoding]\ntemprature = 1.0", ("[x] decoding", "Do you mean temperature?")),
        (OPENAI + "decoding = 'cold'", ("[x] decoding", "table")),
        (OPENAI + "prompt = 'levle-1'", ("levle-1",)),
        (OPENAI + "reads = 'words'", ("[x] reads", "distribution, text")),
        (OPENAI + "min_mass = 2", ("[x] min_mass", "from 0 to 1")),
        (OPENAI + "[x.prices]\ninput = -1.0", ("[x] prices", "not negative")),
        ("[pixels]\nbackend = 'openai'", ("[pixels]", "name of a backend")),
        ("['a b']\nbackend = 'openai'", ("a b", "no space")),
        ("x = 3", ("x = 3", "[x]")),
        ("[x", ("not TOML",)),
    ],
)
def test_what_cannot_be_used_is_named_with_file_table_and_key(tmp_path, text, words):
    path = tmp_path / "referees.toml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_specs(path)
    for word in (*words, *(["referees.toml"] if "levle" not in text else [])):
        assert word in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"backend": "pixels", "prompt": Prompt(head="Look:")}, ("prompt", "pixels takes none")),
        ({"backend": "pixels", "urls": ("http://a/v1",)}, ("urls", "pixels takes none")),
        ({"backend": "pixels", "options": {"concurrency": 3}}, ("concurrency", "there is no such key")),
        ({"backend": "transformers", "model": "m", "extra": {"top_k": 1}}, ("extra", "transformers takes none")),
        ({"backend": "transformers", "model": "m", "options": {"bach": 3}}, ("bach", "Do you mean batch?")),
        ({"backend": "scripted", "model": "f", "decoding": Decoding(seed=1)}, ("decoding", "scripted takes none")),
    ],
)
def test_what_a_backend_would_pass_over_is_refused(spec, words):
    with pytest.raises(InputError) as caught:
        make_referee(RefereeSpec(name="x", **spec))
    for word in words:
        assert word in str(caught.value)


def test_a_name_is_a_kind_with_its_model():
    spec = load_spec("openai:org/model:free")
    assert (spec.name, spec.backend, spec.model) == ("openai:org/model:free", "openai", "org/model:free")
    assert load_referee("pixels").spec is None
    with pytest.raises(InputError, match="needs a model"):
        load_referee("transformers")
    with pytest.raises(InputError, match="takes no argument"):
        load_referee("pixels:big")


def test_an_unknown_name_lists_the_known_ones(folder):
    with pytest.raises(InputError) as caught:
        load_spec("qwen-wid", folder=folder)
    assert "Do you mean qwen-wide?" in str(caught.value)
    assert "openai" in str(caught.value)


def test_a_specification_survives_json_but_for_addresses_and_prices(folder):
    for spec in read_specs(folder / "referees.toml").values():
        written = json.loads(json.dumps(spec.to_json()))
        assert RefereeSpec.from_json(written) == dataclasses.replace(spec, urls=(), prices=None)
        assert "localhost" not in json.dumps(written)


def test_a_specification_of_a_newer_version_is_refused_by_name():
    written = RefereeSpec(name="x", backend="pixels", frames=FramePolicy()).to_json()
    written["frames"]["holograms"] = True
    with pytest.raises(InputError, match="referee frames: 'holograms'"):
        RefereeSpec.from_json(written)


class Distant(FakeBackend):
    """A backend as another package would bring it."""

    def __init__(self, spec):
        self.spec = spec

    def settings(self):
        return {"backend": "distant", "model": self.spec.model, "rung": "exact"}


@pytest.fixture
def installed(monkeypatch):
    points = [EntryPoint("distant", f"{__name__}:Distant", names.GROUP), EntryPoint("pixels", "no:where", names.GROUP)]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points if group == names.GROUP else [])


def test_another_package_brings_a_backend(installed, tmp_path):
    referee = load_referee("distant:far")
    assert referee.backend.settings()["model"] == "far"
    assert "distant" in backend_table()
    assert load_referee("pixels").backend.settings()["backend"] == "pixels"  # ours are not replaced
    (tmp_path / "referees.toml").write_text('[d]\nbackend = "distant"\nmodel = "m"\nits_own = [1, 2]\n')
    assert load_referee("d", folder=tmp_path).backend.spec.options == {"its_own": [1, 2]}


def broken_maker(spec):
    return {}["model"]


def refusing_maker(spec):
    raise InputError("model m", "it is not mine")


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("no_such_package.backend:make", "ModuleNotFoundError: No module named 'no_such_package'"),
        (f"{__name__}:NoSuchMaker", "AttributeError"),
        (f"{__name__}:broken_maker", "KeyError: 'model'"),
    ],
)
def test_a_package_whose_backend_cannot_be_made_is_named(monkeypatch, where, why):
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [EntryPoint("broken", where, names.GROUP)])
    with pytest.raises(InputError) as caught:
        load_referee("broken:m")
    package = where.partition(":")[0]  # a distribution that is not installed has no other name
    said = f"referee broken:m: backend broken: the package {package} cannot make it ({where}: {why}"
    assert said in str(caught.value)


def test_what_another_package_refuses_is_said_in_its_words(monkeypatch):
    point = EntryPoint("strict", f"{__name__}:refusing_maker", names.GROUP)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [point])
    with pytest.raises(InputError, match=r"^model m: it is not mine$"):
        load_referee("strict:m")


def test_a_referee_is_made_again_from_its_description(installed):
    parts = {"prompt": Prompt(head="Look:"), "frames": FramePolicy.named("frame"), "parser": Parser(min_mass=0.1)}
    first = make_referee(RefereeSpec(name="d", backend="distant", model="m", **parts))
    described = json.loads(json.dumps(first.describe()))
    again = rebuild_referee(described)
    assert isinstance(again, Referee)
    assert again.fingerprint == first.fingerprint
    assert again.prompt.head == "Look:"
    assert again.spec.decoding.rung == "exact"  # what was found is kept to, and not looked for again
    assert rebuild_referee({"name": "pixels"}).fingerprint == load_referee("pixels").fingerprint


def test_what_a_backend_takes_is_what_the_file_offers():
    from referee_calib.referee.backends.openai.openai_backend import OpenAIBackend
    from referee_calib.referee.backends.transformers.transformers_backend import TransformersBackend
    from referee_calib.referee.backends.vllm.vllm_backend import VllmBackend

    shared = {"self", "urls", "model", "revision", "decoding", "extra"}
    shared |= {"pictures", "min_mass"}  # follow from its frames and its parser
    kinds = {"openai": OpenAIBackend, "transformers": TransformersBackend, "vllm": VllmBackend}
    for name, kind in kinds.items():
        assert set(inspect.signature(kind.__init__).parameters) - shared == set(names.BACKENDS[name].options)


def test_addresses_come_from_the_environment_last(monkeypatch):
    monkeypatch.setenv(names.BASE_URL, "http://a:1/v1, http://b:2/v1")
    assert names.addresses() == ("http://a:1/v1", "http://b:2/v1")
    assert names.addresses(["http://c/v1"]) == ("http://c/v1",)
    monkeypatch.setenv(names.BASE_URL, "a:1")
    with pytest.raises(InputError, match="no http address"):
        names.addresses()
