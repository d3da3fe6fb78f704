"""The recipes of editors/README.md, made fit for a test: what is documented is what is tested."""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).parents[3] / "editors" / "README.md"
DOCUMENTED_COMMAND = "/path/to/specedit-lsp/.venv/bin/specedit"
DOCUMENTED_PRESET = "rename user to account"


def read_recipe(heading: str, preset: str) -> str:
    """The first code block under a heading, with the path of this checkout and another instruction.

    Raises:
        LookupError: there is no such recipe, or it does not use the documented path and instruction.
    """
    found = re.search(rf"^##+ {re.escape(heading)}\n.*?^```\w*\n(.*?)^```$", README.read_text(), re.M | re.S)
    if found is None:
        raise LookupError(f"editors/README.md has no recipe under the heading {heading!r}.")
    recipe = found[1]
    for expected in (DOCUMENTED_COMMAND, DOCUMENTED_PRESET):
        if expected not in recipe:
            raise LookupError(f"The recipe under {heading!r} does not mention {expected!r}.")
    command = Path(sys.executable).with_name("specedit")
    return recipe.replace(DOCUMENTED_COMMAND, str(command)).replace(DOCUMENTED_PRESET, preset)
