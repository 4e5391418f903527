"""The code in docs/reference/reward.md runs: by itself, and under the call that a GRPO trainer makes."""

import re
import sys
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BLOCKS = re.findall(
    r"```python\n(.*?)```", (ROOT / "docs" / "reference" / "reward.md").read_text(encoding="utf-8"), re.DOTALL
)


def test_the_direct_call_runs(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    found = {}
    exec(BLOCKS[0], found)
    judged, silent = found["values"]
    assert silent == 0.0
    assert 0.0 <= judged <= 1.0
    assert "SemanticEvidenceReward" in capsys.readouterr().out


def test_the_gated_reward_pays_for_evidence_behind_right_answers_alone(monkeypatch):
    monkeypatch.chdir(ROOT)
    found = {}
    exec(BLOCKS[0], found)
    (block,) = [block for block in BLOCKS if "Gated(" in block]
    exec(block, found)
    right, wrong = found["gated_values"]
    judged, _ = found["values"]
    assert right == pytest.approx(0.25 + 0.75 * judged)  # the evidence is the same, its question is another
    assert wrong == 0.0


class Trainer:
    """Calls reward functions as TRL's GRPOTrainer does: by keyword, with lists repeated for every generation."""

    def __init__(self, *, model, processing_class, reward_funcs, args, train_dataset):
        self.generate, self.reward, self.args, self.rows = model, reward_funcs, args, train_dataset
        self.metrics, self.columns, self.rewards = {}, {}, []

    def train(self):
        rows = [row for row in self.rows for _ in range(self.args.num_generations)]
        names = [name for name in rows[0] if name != "prompt"]
        self.name = self.reward.__name__
        self.rewards = self.reward(
            prompts=[row["prompt"] for row in rows],
            completions=[[{"role": "assistant", "content": self.generate(row, i)}] for i, row in enumerate(rows)],
            completion_ids=[[0]] * len(rows),
            **{name: [row[name] for row in rows] for name in names},
            trainer_state=types.SimpleNamespace(global_step=3),
            environments=None,
            log_extra=self.columns.__setitem__,
            log_metric=self.metrics.__setitem__,
        )


def config(output_dir, num_generations, per_device_train_batch_size):
    return types.SimpleNamespace(num_generations=num_generations)


SAID = ("no idea", "<obj>green ball</obj><box>[9, 9, 60, 60]</box>at<t>1</t>s", "<obj>green ball</obj>", "<t>")


def replies(row, i):
    return SAID[i % len(SAID)]


@pytest.fixture
def trl(monkeypatch):
    module = types.ModuleType("trl")
    module.GRPOTrainer, module.GRPOConfig = Trainer, config
    monkeypatch.setitem(sys.modules, "trl", module)


@pytest.mark.usefixtures("trl")
def test_the_trainer_snippet_runs_under_the_call_a_trainer_makes(monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    row = {"prompt": "p", "video": "swap.mp4", "question": "Where does the green ball come to rest?", "answer": "A"}
    found = {"model": replies, "processing_class": None, "output_dir": str(tmp_path), "dataset": [row], "options": {}}
    exec(BLOCKS[1], found)
    trainer = found["trainer"]
    assert trainer.name == "SemanticEvidenceReward"
    assert len(trainer.rewards) == 4
    assert [trainer.rewards[i] for i in (0, 2, 3)] == [0.0, 0.0, 0.0]
    assert trainer.metrics["SemanticEvidenceReward/claims"] == 0.25
    assert trainer.columns["SemanticEvidenceReward/parse_failures"] == [
        "no_evidence",
        "",
        "object_without_box",
        "unclosed_tag",
    ]


def test_every_parameter_and_default_of_the_table_is_the_one_in_the_code():
    from referee_calib.reward import SemanticEvidenceReward

    text = (ROOT / "docs" / "reference" / "reward.md").read_text(encoding="utf-8")
    # where a name heads two tables, the first is the table of parameters, and the last to be put in
    rows = re.findall(r"^\| `(\w+)`(?: \(λ\))? \| `?([^|`]+)`? \|", text, re.MULTILINE)
    reward = SemanticEvidenceReward()
    told = {name: default.strip() for name, default in reversed(rows) if hasattr(reward, name)}
    assert len(told) == 18
    for name, default in told.items():
        value = getattr(reward, name)
        assert default in (repr(value).replace("'", '"'), str(value)), name
