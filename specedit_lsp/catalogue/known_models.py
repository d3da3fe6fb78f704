"""The list of known good models, as it is in models.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from specedit_lsp.catalogue.memory import ModelShape


class UnknownModel(LookupError):
    """No model of that name is known here."""


@dataclass(frozen=True, slots=True)
class KnownModel:
    """One model that is known to be good at this."""

    name: str
    hub: str
    """``owner/name`` on the hub; empty for the bundled one."""
    licence: str
    shape: ModelShape
    note: str
    checked: bool
    """Whether licence and figures were compared with a source; else they are from memory."""
    draft: str = ""
    """Name of a small model with the same tokenizer, to draft for it."""

    @property
    def path(self) -> str:
        """What ``model.path`` is for it."""
        return self.hub or self.name


@cache
def list_known_models() -> tuple[KnownModel, ...]:
    """All known models, the smallest first."""
    source = files("specedit_lsp.catalogue").joinpath("models.toml").read_text("utf-8")
    return tuple(_read(entry) for entry in tomllib.loads(source)["model"])


def find_known_model(name: str) -> KnownModel:
    """Return the model of that name, or of that name on the hub.

    Raises:
        UnknownModel: there is none; the message lists those that there are.
    """
    for model in list_known_models():
        if name.lower() in (model.name, model.hub.lower()):
            return model
    names = ", ".join(model.name for model in list_known_models())
    raise UnknownModel(f"No model called {name!r} is known here. Known are: {names}")


def _read(entry: dict[str, object]) -> KnownModel:
    def number(key: str, default: int = 0) -> int:
        value = entry.get(key, default)
        assert isinstance(value, int)
        return value

    return KnownModel(
        name=str(entry["name"]),
        hub=str(entry["hub"]),
        licence=str(entry["licence"]),
        shape=ModelShape(
            parameters=number("parameters"),
            active_parameters=number("active_parameters", number("parameters")),
            layers=number("layers"),
            kv_heads=number("kv_heads"),
            head_size=number("head_size"),
            context=number("context"),
        ),
        note=str(entry["note"]),
        checked=bool(entry["checked"]),
        draft=str(entry.get("draft", "")),
    )
