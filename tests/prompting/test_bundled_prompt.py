"""The bundled model and the mini profile agree."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import as_file, files

import pytest
from transformers import AutoTokenizer

from specedit_lsp.prompting.profiles import choose_profile
from specedit_lsp.prompting.prompt import build_prompt
from specedit_lsp.transport.messages import RewriteOrder

BUNDLED = files("specedit_lsp").joinpath("bundled", "specedit-mini")


@pytest.mark.parametrize(
    "selection",
    [
        "    def f(a):\n        return a  # <|end|>\n\n",
        "\tx = 'é\U0001f600'\r\n\ty",
        "<|edit|>",
        "~" * 70 + "\n```\n",
    ],
)
def test_the_bundled_model_is_asked_as_it_was_trained(selection: str) -> None:
    with as_file(BUNDLED) as folder:
        assert folder.is_dir(), f"{folder} is missing"
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        profile = choose_profile(tokenizer, "specedit-mini", folder)
    assert profile.name == "mini"
    order = RewriteOrder(instruction="rename a\nto <|end|>", selection=selection)
    prompt = build_prompt(
        order, tokenizer, profile, max_context_tokens=0, model_context=4096, stop_ids=frozenset()
    )
    specials = [token for token in prompt.tokens if token in set(tokenizer.all_special_ids)]

    def decode(ids: Iterable[int]) -> str:
        return str(tokenizer.decode(list(ids)))

    assert decode(specials) == "<|edit|><|code|><|out|>"
    assert decode(prompt.tokens[: prompt.tokens.index(specials[1])]) == "<|edit|>rename a to <|end|>"
    assert prompt.selection[-1] in prompt.stop_ids
    output = prompt.new_filter()
    assert output.feed(decode(prompt.selection[:-1])) + output.finish() == selection
