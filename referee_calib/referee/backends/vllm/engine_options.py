"""What vLLM's engine may be given, and what of it can change a reply."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from referee_calib.errors import InputError

# Engine settings that change speed and memory, not replies; every other one is part of the fingerprint.
_SPEED_ONLY = {
    "api_server_count", "async_scheduling", "block_size", "compilation_config", "data_parallel_size",
    "data_parallel_backend", "disable_custom_all_reduce", "disable_log_stats", "distributed_executor_backend",
    "download_dir", "enable_chunked_prefill", "enable_prefix_caching", "enforce_eager", "gpu_memory_utilization",
    "kv_cache_memory_bytes", "limit_mm_per_prompt", "max_model_len", "max_num_batched_tokens",
    "max_num_seqs", "max_parallel_loading_workers", "mm_encoder_tp_mode", "mm_processor_cache_gb",
    "mm_processor_cache_type", "pipeline_parallel_size", "swap_space", "tensor_parallel_size",
}  # fmt: skip


def engine_settings(engine: Mapping[str, Any]) -> dict[str, Any]:
    """Return the engine's arguments that can change a reply, for the fingerprint."""
    return {name: value for name, value in sorted(engine.items()) if name not in _SPEED_ONLY}


def fault_class(name: str, before: type[Exception]) -> type[Exception]:
    """Return an exception class of vLLM's own, or the one of Python's that older versions raised."""
    try:
        found: type[Exception] = getattr(import_module("vllm.exceptions"), name, before)
    except ModuleNotFoundError:
        return before
    return found


def refuse(engine: Mapping[str, Any]) -> None:
    """Refuse engine arguments that would change what a probability means, or run a model's own code."""
    if engine.get("logprobs_mode", "raw_logprobs") != "raw_logprobs":
        raise InputError(f"logprobs_mode = {engine['logprobs_mode']!r}", "scores are read from raw_logprobs")
    if engine.get("trust_remote_code"):
        raise InputError("trust_remote_code = true", "code that comes with a model is not run")
    for name in {"model", "revision"} & engine.keys():
        raise InputError(f"engine argument {name}", "the referee has its own", f"Set {name} beside the backend.")
