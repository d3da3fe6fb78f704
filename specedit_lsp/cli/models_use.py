"""How each editor is told which model to use."""

from __future__ import annotations

import json


def tell_settings(path: str, draft: str) -> str:
    """The settings for each editor; ``draft`` is a draft model that fits, or empty."""
    quoted = json.dumps(path, ensure_ascii=False)
    told = f"""\
VS Code, in the user's settings.json:
  "specedit.model.path": {quoted}
Neovim, in init.lua:
  vim.g.specedit = {{ settings = {{ model = {{ path = {quoted} }} }} }}
Helix, in languages.toml:
  [language-server.specedit.config.model]
  path = {quoted}
Emacs and others, among the initialization options:
  {{"model": {{"path": {quoted}}}}}
On the command line:
  specedit rewrite --model {quoted} FILE --instruction ..."""
    if not draft:
        return told
    return f"""{told}

On a graphics card, a small model of the same family can draft for it where nothing can be copied. Fetch
{draft} as well, and set draft.model to it beside model.path."""
