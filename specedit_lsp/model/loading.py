"""From the name of a model to one that is ready to run, offline and without anybody's code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from logging import CRITICAL
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoModelForCausalLM, PretrainedConfig, PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils import logging

from specedit_lsp.model.attention import choose_group
from specedit_lsp.model.checkpoint import check_weights, find_folder, read_config, read_tokenizer
from specedit_lsp.model.config import check_supported, max_context
from specedit_lsp.model.faults import IncompleteModel, UnsupportedModel
from specedit_lsp.model.lean_decoder import slim
from specedit_lsp.model.packing import pack_linears
from specedit_lsp.model.parallel.followers import LOADED, Followers, joined
from specedit_lsp.model.parallel.leading import lead
from specedit_lsp.model.parallel.plan import as_share, check_split
from specedit_lsp.model.quantization import plan_quantization
from specedit_lsp.settings import ModelSettings


@dataclass(frozen=True, slots=True, eq=False)
class LoadedModel:
    """A target model in evaluation mode with all that is needed to run it."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    device: torch.device
    dtype: torch.dtype
    name: str
    """As the settings say it."""
    folder: Path
    """Where config, tokenizer and weights came from."""
    max_context: int
    """Tokens, prompt and output together."""
    vocabulary_size: int
    """Ids below this can be fed."""
    stop_ids: frozenset[int]
    """Tokens with which the model ends its output, as its own configuration names them."""
    group: int = 1
    """Heads to a key head in masks, see :func:`specedit_lsp.model.attention.widen`."""
    ranks: int = 1
    """Devices, each with a process, that the model is split over: this is the share of one of them."""
    followers: Followers | None = None
    """The other ranks, if this is the first one."""


def load_model(
    settings: ModelSettings, on_progress: Callable[[int], None] = lambda percent: None, rank: int = 0
) -> LoadedModel:
    """Load the model that ``settings`` name. Nothing is downloaded and no code that came with it is run.

    ``on_progress`` hears rising percents of the weight tensors in place; 100 comes last, when the model is
    ready. Turns off TF32 for the whole process: float32 shall mean float32.

    A model that is to be split (``tensor_parallel``) gets a further process for each further device. These
    call this function with their ``rank``, after they have joined the others.

    Raises:
        ModelFault: one of those processes fails.
        ModelNotFound: no such folder, nor a model of that name in the hub's cache.
        IncompleteModel: config, tokenizer or safetensors weights are missing or do not belong together.
        UnsupportedModel: see :func:`specedit_lsp.model.config.check_supported`; or it needs code of its own,
            or a package for its quantisation that is not installed; or the device is not there; or the
            model cannot be split as the settings say.
    """
    on_progress(0)
    torch.set_float32_matmul_precision("highest")
    device, ranks = choose_device(settings.device), settings.tensor_parallel
    if ranks > 1 and device.type == "cuda":
        device = torch.device("cuda", rank)
    folder = find_folder(settings.path)
    with _quiet():
        config = read_config(folder)
        context = max_context(config)
        check_supported(config, context)
        check_weights(folder)
        tokenizer = read_tokenizer(folder)
        dtype = choose_dtype(settings.dtype, device, config)
        if ranks > 1:
            check_split(config, settings)
    with joined(settings, folder, device, rank) as followers:
        with _quiet(), _reported(on_progress):
            model = _read_weights(folder, config, dtype, device, settings)
        if followers:
            followers.wait_for(LOADED)
        on_progress(100)
        with lead(followers):
            group = choose_group(model)
        if ranks == 1:
            pack_linears(model, group)
            if device.type == "cpu":
                slim(model, group)
    return LoadedModel(
        model,
        tokenizer,
        device,
        dtype,
        name=settings.path,
        folder=folder,
        max_context=context,
        vocabulary_size=config.get_text_config().vocab_size,
        stop_ids=_stop_ids(model),
        group=group,
        ranks=ranks,
        followers=followers,
    )


def choose_device(name: str) -> torch.device:
    """Return the device that a setting names; ``auto`` is the first GPU if there is one.

    Raises:
        UnsupportedModel: no such device on this machine.
    """
    if name == "auto":
        return torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise UnsupportedModel(f"There is no device {name!r}. Use auto, cpu, cuda or cuda:N.") from None
    if device.type not in ("cpu", "cuda"):
        raise UnsupportedModel(f"Device {name!r} is not supported. Use auto, cpu, cuda or cuda:N.")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise UnsupportedModel(
            f"There is no device {name!r}: PyTorch sees {torch.cuda.device_count()} GPUs. Use auto or cpu."
        )
    return device


def choose_dtype(name: str, device: torch.device, config: PretrainedConfig) -> torch.dtype:
    """Return the precision a setting names.

    ``auto`` is the checkpoint's own on a GPU. On a CPU it is float32, but for checkpoints in bfloat16 where
    the CPU computes with that: :func:`computes_in_bfloat16`.
    """
    if name != "auto":
        return {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}[name]
    own = config.get_text_config().dtype or config.dtype
    if not isinstance(own, torch.dtype) or (
        device.type == "cpu" and not (own is torch.bfloat16 and computes_in_bfloat16())
    ):
        return torch.float32
    return own


def computes_in_bfloat16() -> bool:
    """Whether this processor has instructions for bfloat16, which takes half the memory and half the time."""
    cpu: Any = torch.cpu
    return bool(cpu._is_avx512_bf16_supported() or cpu._is_amx_tile_supported())


def _read_weights(
    folder: Path, config: PretrainedConfig, dtype: torch.dtype, device: torch.device, settings: ModelSettings
) -> PreTrainedModel:
    load: Callable[..., Any] = AutoModelForCausalLM.from_pretrained
    plan = plan_quantization(settings.quantization)
    try:
        with as_share(settings.tensor_parallel) as split:
            loaded, info = load(
                folder,
                config=config,
                dtype=dtype,
                use_safetensors=True,
                local_files_only=True,
                trust_remote_code=False,
                attn_implementation="sdpa",
                output_loading_info=True,
                **plan,
                **split,
            )
        model: PreTrainedModel = loaded.to(device).eval().requires_grad_(False)
    except torch.OutOfMemoryError:
        raise
    except (ImportError, OSError, ValueError, RuntimeError, SafetensorError) as error:
        if hasattr(config, "quantization_config"):
            raise UnsupportedModel(
                f"{folder} is quantised in a way that cannot be used here: {error}\n"
                "Install what it asks for, or use the model in its original precision."
            ) from error
        if plan:
            raise UnsupportedModel(
                f"{folder} cannot be quantised to {settings.quantization} on {device}: {error}\n"
                "Set model.quantization to another value."
            ) from error
        raise IncompleteModel(f"The weights in {folder} cannot be loaded: {error}") from error
    if info["missing_keys"]:
        # transformers fills them with noise and goes on; the text would be noise as well.
        missing = sorted(info["missing_keys"])
        raise IncompleteModel(
            f"The weights in {folder} lack {len(missing)} tensors, for one {missing[0]}. Fetch it again."
        )
    return model


def _stop_ids(model: PreTrainedModel) -> frozenset[int]:
    stops: set[int] = set()
    for config in (model.generation_config, model.config.get_text_config(), model.config):
        named = getattr(config, "eos_token_id", None)
        stops.update(named if isinstance(named, list | tuple) else [] if named is None else [named])
    return frozenset(stops)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep transformers from writing to stderr: what matters of it is raised here."""
    verbosity = logging.get_verbosity()
    logging.set_verbosity(CRITICAL)
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)


@contextmanager
def _reported(on_progress: Callable[[int], None]) -> Iterator[None]:
    """Turn transformers' bar over the weight tensors into percents, and show no other bar."""

    def count(items: Iterable[Any]) -> Iterator[Any]:
        todo = list(items)
        for done, item in enumerate(todo):
            on_progress(100 * done // len(todo))
            yield item

    def replace(bar: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        if args and options.get("desc") == "Loading weights":
            return count(args[0])
        return bar(*args, **{**options, "disable": True})

    previous = logging.set_tqdm_hook(replace)
    try:
        yield
    finally:
        logging.set_tqdm_hook(previous)
