"""A model's folder: where it is, and whether all is in it. Nothing here opens the weights."""

from __future__ import annotations

import json
from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError, StrictDataclassError
from transformers import AutoConfig, AutoTokenizer, PretrainedConfig, PreTrainedTokenizerBase
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from specedit_lsp.model.faults import IncompleteModel, ModelNotFound, UnsupportedModel
from specedit_lsp.model.hub_files import MODEL_FILES, OTHER_FILES

BUNDLED = "specedit-mini"
"""The model that rewrites after installation."""
BUNDLED_DRAFT = "specedit-nano"
"""A smaller one of the same tokenizer, to draft for it."""
_TOKENIZER_FILES = ("tokenizer.json", "tokenizer.model", "vocab.json", "spiece.model", "tekken.json")


def find_folder(path: str) -> Path:
    """Return the folder of a bundled model, of a local one, or of one in the hub's cache, in this order.

    Raises:
        ModelNotFound: it is none of these.
    """
    if path in {BUNDLED, BUNDLED_DRAFT}:
        folder = Path(__file__).parent.parent / "bundled" / path
        if not folder.is_dir():
            raise ModelNotFound(
                f"This installation lacks its bundled model, {folder}. Install the package again."
            )
        return folder
    local = Path(path).expanduser()
    if local.is_dir():
        return local
    if local.is_file():
        raise ModelNotFound(f"{local} is a file. Name the folder that holds config.json and the weights.")
    try:
        return Path(
            snapshot_download(
                path, local_files_only=True, allow_patterns=MODEL_FILES, ignore_patterns=OTHER_FILES
            )
        )
    except HFValidationError:
        raise ModelNotFound(f"There is no folder {local}. Check model.path in the settings.") from None
    except LocalEntryNotFoundError:
        raise ModelNotFound(
            f"There is no folder {local}, and the hub's cache holds no model of that name. Nothing is "
            f"downloaded unasked; to fetch a model from the hub, run: specedit models fetch {path}"
        ) from None


def read_config(folder: Path) -> PretrainedConfig:
    """Return the configuration in a folder.

    Raises:
        IncompleteModel: there is none, or it is damaged.
        UnsupportedModel: transformers itself does not know such models.
    """
    try:
        raw = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise IncompleteModel(f"{folder} has no config.json, so it is not a model's folder.") from None
    except ValueError as error:
        raise IncompleteModel(f"{folder}/config.json is not JSON: {error}. Fetch the model again.") from None
    if not isinstance(raw, dict):
        raise IncompleteModel(f"{folder}/config.json is no JSON object. Fetch the model again.")
    kind = raw.get("model_type")
    if kind not in CONFIG_MAPPING:
        if "auto_map" in raw:
            raise UnsupportedModel(
                f"{folder} needs Python code that came with the model, which is never run here. "
                "Use a model whose architecture transformers itself knows."
            )
        raise UnsupportedModel(
            f"transformers does not know models of type {kind!r}. Update transformers or use another model."
        )
    try:
        config: PretrainedConfig = AutoConfig.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
    except (StrictDataclassError, ValueError, TypeError, KeyError) as error:
        raise IncompleteModel(
            f"{folder}/config.json makes no sense: {error}. Fetch the model again."
        ) from error
    return config


def check_weights(folder: Path) -> None:
    """See that all files of safetensors weights are in a folder.

    Raises:
        IncompleteModel: some or all are not, or the list of them is damaged.
    """
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        try:
            names = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise IncompleteModel(f"{index} is damaged ({error!r}). Fetch the model again.") from None
        missing = sorted(name for name in names if not (folder / name).is_file())
        if missing:
            raise IncompleteModel(
                f"{folder} lacks {len(missing)} of {len(names)} weight files, for one {missing[0]}. "
                "Fetch the model again."
            )
    elif not (folder / "model.safetensors").is_file():
        if any(folder.glob("*.bin")) or any(folder.glob("*.pt")):
            raise IncompleteModel(
                f"{folder} has weights in pickle format only (.bin), which can run code when opened. "
                "Fetch the safetensors version of the model."
            )
        raise IncompleteModel(f"{folder} has no model.safetensors. Fetch the model's weights.")


def read_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    """Return the tokenizer in a folder.

    Raises:
        IncompleteModel: there is none, or it cannot be loaded.
    """
    # Without any of these transformers may build an empty tokenizer and say nothing.
    if not any((folder / name).is_file() for name in _TOKENIZER_FILES):
        raise IncompleteModel(f"{folder} has no tokenizer (tokenizer.json). Fetch the model's tokenizer.")
    try:
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
    except Exception as error:  # tokenizers raises nothing narrower for a damaged file
        raise IncompleteModel(f"The tokenizer in {folder} cannot be loaded: {error}") from error
    return tokenizer
