"""Fetches a model from the hub, when asked to: safetensors, tokenizer, configuration; all hashes checked."""

from __future__ import annotations

import shutil
from pathlib import Path

from huggingface_hub import HfApi, constants, snapshot_download
from huggingface_hub.errors import (
    DryRunError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
)

from specedit_lsp.model.hub_files import MODEL_FILES, OTHER_FILES


class NotFetched(Exception):
    """A model could not be fetched; the message says why and what to do. What came is kept."""


def count_missing_bytes(hub_name: str) -> int:
    """Return how many bytes fetching a model would transfer now.

    Raises:
        NotFetched: the hub cannot be asked, or has no such model.
    """
    try:
        files = snapshot_download(
            hub_name, allow_patterns=MODEL_FILES, ignore_patterns=OTHER_FILES, dry_run=True
        )
    except Exception as error:  # which errors of its HTTP library it lets through differs between versions
        raise _explain(hub_name, error) from error
    if not any(file.filename.endswith(".safetensors") for file in files):
        raise NotFetched(f"{hub_name} has no weights in safetensors format. Choose another model.")
    return sum(file.file_size or 0 for file in files if file.will_download)


def fetch_model(hub_name: str) -> Path:
    """Fetch a model into the hub's cache, going on where an earlier try stopped; return its folder.

    Bars on standard error show how far it is.

    Raises:
        NotFetched: it could not be fetched whole, or a file is not what the hub says it is.
    """
    missing = count_missing_bytes(hub_name)
    cache = Path(constants.HF_HUB_CACHE)
    cache.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(cache).free
    if missing > free:
        raise NotFetched(
            f"{hub_name} needs {missing / 1e9:.1f} GB, and {cache} has room for {free / 1e9:.1f} GB. "
            "Make room, or set HF_HOME to a folder on another disk."
        )
    try:
        folder = Path(snapshot_download(hub_name, allow_patterns=MODEL_FILES, ignore_patterns=OTHER_FILES))
        found = HfApi().verify_repo_checksums(hub_name, revision=folder.name)
    except Exception as error:
        raise _explain(hub_name, error) from error
    if found.mismatches:
        for mismatch in found.mismatches:
            # The next try must not take it for what it should have been.
            (folder / mismatch["path"]).resolve().unlink(missing_ok=True)
            (folder / mismatch["path"]).unlink(missing_ok=True)
        names = ", ".join(mismatch["path"] for mismatch in found.mismatches)
        raise NotFetched(f"{names} came damaged and was removed. Run the command again.")
    return folder


def _explain(hub_name: str, error: BaseException) -> NotFetched:
    if isinstance(error, DryRunError | LocalEntryNotFoundError) and error.__cause__:
        return _explain(hub_name, error.__cause__)
    match error:
        case NotFetched():
            return error
        case HFValidationError():
            return NotFetched(f"{hub_name!r} is no name on the hub: those look like owner/name.")
        case GatedRepoError():
            return NotFetched(
                f"The publisher of {hub_name} asks for your consent. Give it on "
                f"{constants.ENDPOINT}/{hub_name}, then run `hf auth login` and this command again."
            )
        case RepositoryNotFoundError():
            return NotFetched(
                f"The hub has no model {hub_name}, or a private one. Check the name, or run `hf auth login`."
            )
        case HfHubHTTPError(response=response):
            return NotFetched(f"{constants.ENDPOINT} answered with status {response.status_code}. Try later.")
        case _:
            return NotFetched(_offline(hub_name, error))


def _offline(hub_name: str, cause: BaseException) -> str:
    if constants.HF_HUB_OFFLINE:
        return (
            "HF_HUB_OFFLINE is set, so nothing may be fetched. Unset it, or copy the model's folder here and "
            "name it in model.path."
        )
    return (
        f"{constants.ENDPOINT} cannot be reached ({type(cause).__name__}: {cause}). Is this machine online? "
        f"What came of {hub_name} is kept, and the same command goes on from there. Without a connection, "
        "copy the model's folder here from another machine and name it in model.path."
    )
