"""What trainers and the command line load before they do anything: nothing heavy."""

import subprocess
import sys

import pytest

HEAVY = {
    "aiohttp",
    "pandas",
    "scipy",
    "statsmodels",
    "streamlit",
    "torch",
    "transformers",
    "matplotlib",
    "cv2",
    "av",
    "sqlalchemy",
}
HELP = """
import sys
from referee_calib.cli.main import main
try:
    main(["--help"], prog_name="referee-calib")
except SystemExit as end:
    assert end.code == 0, end.code
"""
USE = """
import pickle
from referee_calib.reward import GeometricReward, SemanticEvidenceReward
reward = SemanticEvidenceReward(unit="0-1", media=".")
assert pickle.loads(pickle.dumps(reward)).__name__ == "SemanticEvidenceReward"
row = dict(video=["v.mp4"], question=["q"], reference_boxes=[[[1, 0.0, 0.0, 0.5, 1.0]]])
text = "<obj>a</obj><box>[0, 0, 1, 1]</box>at<t>1</t>s"
assert GeometricReward("iou", unit="0-1")([text], **row) == [0.5]
"""


def loaded(code):
    """Names of the heavy packages that a fresh interpreter holds after running the code."""
    shown = f"{code}\nimport sys\nprint('LOADED', *sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return HEAVY & set(done.stdout.rpartition("LOADED")[2].split())


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import referee_calib.reward", id="reward"),
        pytest.param(USE, id="reward in use"),
        pytest.param("import referee_calib.claims", id="claims"),
        pytest.param("import referee_calib.referee", id="referee"),
        pytest.param("import agreement", id="agreement"),
        pytest.param(HELP, id="help"),
    ],
)
def test_nothing_heavy_is_loaded(code):
    assert loaded(code) == set()


def test_the_test_would_see_a_heavy_package():
    assert loaded("import scipy") == {"scipy"}
