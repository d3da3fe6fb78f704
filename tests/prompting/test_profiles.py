"""Which profile a model gets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jinja2 import UndefinedError

from specedit_lsp.prompting.profiles import choose_profile, render_template

if TYPE_CHECKING:
    from tests.prompting.conftest import Family


def test_a_model_that_names_its_profile_gets_it(families: dict[str, Family], tmp_path: Path) -> None:
    (tmp_path / "specedit.json").write_text('{"profile": "mini"}')
    profile = choose_profile(families["mini"].tokenizer, "some-mini", tmp_path)
    assert (profile.name, profile.model, profile.takes_context) == ("mini", "some-mini", False)


def test_a_named_profile_goes_before_a_chat_template(families: dict[str, Family], tmp_path: Path) -> None:
    (tmp_path / "specedit.json").write_text('{"profile": "completion"}')
    assert choose_profile(families["chatml"].tokenizer, "m", tmp_path).name == "completion"


def test_a_chat_template_makes_a_chat_model(families: dict[str, Family], tmp_path: Path) -> None:
    assert choose_profile(families["chatml"].tokenizer, "m", tmp_path).name == "chat"
    assert choose_profile(families["chatml"].tokenizer, "m", None).name == "chat"


def test_anything_else_completes(families: dict[str, Family]) -> None:
    assert choose_profile(families["base"].tokenizer, "m", None).name == "completion"


@pytest.mark.parametrize("content", ['{"profile": "maxi"}', "{}", "[]", "not json"])
def test_a_profile_that_does_not_exist_is_named(
    families: dict[str, Family], tmp_path: Path, content: str
) -> None:
    (tmp_path / "specedit.json").write_text(content)
    with pytest.raises(ValueError, match=r"specedit\.json .*mini, (with mini, )?chat") as raised:
        choose_profile(families["mini"].tokenizer, "m", tmp_path)
    assert str(tmp_path) in str(raised.value)


def test_a_template_leaves_code_as_it_is_and_nothing_out() -> None:
    rendered = render_template("mini.jinja", instruction="a<b", selection="{{ x }} & 'y'", opener="<|out|>")
    assert rendered == "<|edit|>a<b<|code|>{{ x }} & 'y'<|out|>"
    with pytest.raises(UndefinedError):
        render_template("mini.jinja", instruction="a", selection="b")
