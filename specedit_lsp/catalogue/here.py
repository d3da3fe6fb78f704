"""Which of the known models this machine has already."""

from __future__ import annotations

from importlib.util import find_spec

from specedit_lsp.catalogue.known_models import KnownModel


def find_here(model: KnownModel) -> str:
    """Say where a model is on this machine; empty if it is not here, or not whole."""
    if not model.hub:
        return "bundled"
    if not find_spec("huggingface_hub"):
        return ""
    # A thin installation lists models too, and has neither the hub's library nor transformers.
    from specedit_lsp.model.checkpoint import find_folder
    from specedit_lsp.model.faults import ModelFault

    try:
        find_folder(model.hub)
    except ModelFault:
        return ""
    return "in the cache"
