"""Profiles: how a kind of model wants to be asked, and how its answer begins and ends."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

PROFILE_FILE = "specedit.json"
"""File in a model's folder that names its profile: ``{"profile": "mini"}``."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How one kind of model is asked."""

    name: str
    template: str
    """File name of the prompt's template."""
    opener: str
    """What we write at the start of the answer; ``{fence}`` and ``{tag}`` are filled in."""
    closing: str
    """What the model writes behind the replacement; ``{fence}`` is filled in."""
    stops: tuple[str, ...] = ()
    """Tokens that end the answer, besides those that the model itself declares."""
    takes_context: bool = True
    """Whether the model is shown text around the selection."""
    model: str = ""
    """Name of the model, for messages."""

    @property
    def fenced(self) -> bool:
        """Whether the answer stands between fences."""
        return "{fence}" in self.opener


MINI = Profile(
    name="mini",
    template="mini.jinja",
    opener="<|out|>",
    closing="<|end|>",
    stops=("<|end|>",),
    takes_context=False,
)
CHAT = Profile(name="chat", template="chat.jinja", opener="{fence}{tag}\n", closing="\n{fence}")
# A base model does not end its turn after the fence: the line's end is what shows that the fence is complete.
COMPLETION = Profile(
    name="completion", template="completion.jinja", opener="{fence}{tag}\n", closing="\n{fence}\n"
)


def choose_profile(tokenizer: PreTrainedTokenizerBase, model_name: str, folder: Path | None) -> Profile:
    """Return the profile that the model's folder names, else the one that its tokenizer is made for.

    Raises:
        ValueError: the folder's ``specedit.json`` names no profile that exists.
    """
    named = _read_profile_name(folder / PROFILE_FILE) if folder else None
    by_name = {profile.name: profile for profile in (MINI, CHAT, COMPLETION)}
    fitting = by_name[named] if named else CHAT if tokenizer.chat_template else COMPLETION
    return replace(fitting, model=model_name)


def render_template(name: str, **values: str) -> str:
    """Return the template called ``name`` with ``values`` filled in as they are.

    Raises:
        jinja2.UndefinedError: the template asks for a value that is not among them.
    """
    # Code is no HTML: escaping would change it.
    environment = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True)
    source = files("specedit_lsp.prompting").joinpath("templates", name).read_text("utf-8")
    return environment.from_string(source).render(values)


def _read_profile_name(path: Path) -> str | None:
    if not path.is_file():
        return None
    try:
        name = json.loads(path.read_text("utf-8"))["profile"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f'{path} should read {{"profile": "mini"}}, with mini, chat or completion'
        ) from error
    if name not in {profile.name for profile in (MINI, CHAT, COMPLETION)}:
        raise ValueError(f"{path} names the profile {name!r}; there are mini, chat and completion")
    return str(name)
