"""llama.cpp's server, as its wheel brings it, on this machine's own address: ``python llama_cpp.py MODEL PORT``."""

from __future__ import annotations

import sys
import threading

import xllamacpp


def main() -> None:
    """Serve until ended."""
    parameters = xllamacpp.CommonParams()
    parameters.model.path, parameters.port = sys.argv[1], int(sys.argv[2])
    parameters.n_ctx, parameters.n_parallel, parameters.model_alias = 4096, 1, {"tiny"}
    parameters.warmup = False
    server = xllamacpp.Server(parameters)  # serves in a thread of its own, for as long as it is held
    threading.Event().wait()
    del server


if __name__ == "__main__":
    main()
