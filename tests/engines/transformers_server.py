"""``transformers serve`` with the words of this program's command line, also where torchvision opens no picture.

torchvision built for CUDA cannot load its decoders without CUDA's libraries, which is so where the package index has no
CPU build (see ``patch_vllm_cpu.py``). The server opens pictures by nothing else, so Pillow does it there.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torchvision.io import image as torchvision_image
from transformers import image_utils
from transformers.cli.transformers import main


def decode(encoded: torch.Tensor | str, mode: Any = None) -> torch.Tensor:
    """Open a picture as torchvision does in its mode RGB: uint8, (3, height, width)."""
    held = io.BytesIO(encoded.numpy().tobytes()) if isinstance(encoded, torch.Tensor) else Path(encoded)
    with Image.open(held) as picture:
        return torch.from_numpy(np.array(picture.convert("RGB"))).permute(2, 0, 1).contiguous()


if __name__ == "__main__":
    if not torchvision_image._has_image_ops():
        image_utils.decode_image = decode
    main()
