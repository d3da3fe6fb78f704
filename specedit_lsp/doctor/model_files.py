"""The model's files: complete, unharmed, of a kind that can be run, and fitting the draft model's."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from specedit_lsp.doctor.finding import Finding
from specedit_lsp.model.checkpoint import check_weights, find_folder, read_config, read_tokenizer
from specedit_lsp.model.config import check_supported, max_context
from specedit_lsp.model.faults import ModelFault
from specedit_lsp.prompting.profiles import choose_profile
from specedit_lsp.settings import Settings

HASHED_BYTES = 4_000_000_000
"""Weights of more bytes are hashed only when asked for: that takes minutes."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


def check_model(path: str, *, hash_all: bool = False) -> tuple[list[Finding], Path | None]:
    """Look at the model that ``model.path`` names; return its folder too if all is well."""
    try:
        folder = find_folder(path)
        config = read_config(folder)
        context = max_context(config)
        check_supported(config, context)
        check_weights(folder)
        tokenizer = read_tokenizer(folder)
        profile = choose_profile(tokenizer, path, folder)
    except (ModelFault, ValueError) as fault:
        return [Finding("model", ok=False, says=str(fault), advice="See `specedit models`.")], None
    says = (
        f"{folder}: {config.model_type}, {context} tokens of context, asked in the manner of {profile.name}"
    )
    findings = [Finding("model", ok=True, says=says), check_formats(folder)]
    findings += check_hashes(folder, HASHED_BYTES if not hash_all else None)
    return findings, folder if all(finding.ok for finding in findings) else None


def check_formats(folder: Path) -> Finding:
    """Safetensors are there; whether anything else is."""
    names = sorted(path.name for pattern in ("*.bin", "*.pt", "*.pkl") for path in folder.glob(pattern))
    count = len(list(folder.glob("*.safetensors")))
    says = f"{count} safetensors files, complete, no pickle"
    if not names:
        return Finding("weights", ok=True, says=says)
    advice = f"{', '.join(names)} can run code when opened. They are never opened here, and may be deleted."
    return Finding("weights", ok=True, says=f"{count} safetensors files, complete", advice=advice)


def check_hashes(folder: Path, most_bytes: int | None) -> Iterator[Finding]:
    """SHA-256 of the weights; in the hub's cache they are compared with what the hub said they are."""
    paths = sorted(folder.glob("*.safetensors"))
    size = sum(path.stat().st_size for path in paths)
    if most_bytes is not None and size > most_bytes:
        says = f"{size / 1e9:.0f} GB of weights, not hashed"
        yield Finding("SHA-256", ok=True, says=says, advice="`specedit doctor --full` hashes them.")
        return
    for path in paths:
        with path.open("rb") as file:
            actual = hashlib.file_digest(file, "sha256").hexdigest()
        expected = path.resolve().name
        if path.is_symlink() and _SHA256.fullmatch(expected) and expected != actual:
            advice = f"The file is damaged. Delete {path.resolve()} and fetch the model again."
            yield Finding("SHA-256", ok=False, says=f"{path.name} {actual}, not {expected}", advice=advice)
        else:
            yield Finding("SHA-256", ok=True, says=f"{path.name} {actual}")


def check_draft_model(settings: Settings) -> Finding:
    """Whether the draft model has the target model's tokenizer."""
    name = settings.draft.model
    if not name:
        return Finding("draft model", ok=True, says="none; there are eight other sources of drafts")
    try:
        draft = read_tokenizer(find_folder(name)).get_vocab()
        target = read_tokenizer(find_folder(settings.model.path)).get_vocab()
    except ModelFault as fault:
        return Finding(
            "draft model", ok=False, says=str(fault), advice="Mend draft.model, or leave it empty."
        )
    if draft == target:
        return Finding("draft model", ok=True, says=f"{name}, with the target model's tokenizer")
    advice = "Its drafts go by way of text, which is slower. Better is a small model of the same family."
    return Finding("draft model", ok=True, says=f"{name}, with another tokenizer", advice=advice)
