"""A question of the sample study with a reply that points at the truth and one that points at nothing."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
MEDIA = ROOT / "data" / "sample_study" / "media"
QUESTION = "Where does the green ball come to rest?"
REPLY = (
    "<think>Here is the <obj>green ball</obj><box>[58, 170, 121, 229]</box>at<t>5.2</t>s.</think>"
    "<answer>On the left.</answer>"
)
NOTHING = "I do not know."
FACTS = {"video": "swap.mp4", "question": QUESTION, "box_unit": "pixels:448x252"}
