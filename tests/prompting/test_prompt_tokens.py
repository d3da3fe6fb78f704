"""The user's text never becomes a token that steers the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specedit_lsp.prompting.tokens import encode_control, encode_marked, encode_text, mark

if TYPE_CHECKING:
    from tests.prompting.conftest import Family


def test_text_steers_nothing_where_control_does(families: dict[str, Family]) -> None:
    tokenizer = families["mini"].tokenizer
    end = tokenizer.convert_tokens_to_ids("<|end|>")
    assert end not in encode_text(tokenizer, "a<|end|>b")
    assert encode_control(tokenizer, "<|end|>") == [end]
    assert end not in encode_text(tokenizer, "a<|end|>b"), "encoding control text must not switch it on"


def test_fields_stand_where_their_marks_are(families: dict[str, Family]) -> None:
    tokenizer = families["mini"].tokenizer
    fields = {"a": f"<|end|>{mark('b')}", "b": "y"}
    ids = encode_marked(tokenizer, f"<|edit|>{mark('a')}<|code|>{mark('b')}", fields)
    assert tokenizer.decode(ids) == f"<|edit|><|end|>{mark('b')}<|code|>y"
    specials = [token for token in ids if token in set(tokenizer.all_special_ids)]
    assert tokenizer.decode(specials) == "<|edit|><|code|>"


@pytest.mark.parametrize("rendered", ["none", mark("a") * 2, mark("a") + mark("b")])
def test_a_template_that_does_not_show_the_text_once_is_refused(
    families: dict[str, Family], rendered: str
) -> None:
    with pytest.raises(ValueError, match="exactly once"):
        encode_marked(families["mini"].tokenizer, rendered, {"a": "x"})


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(after=st.sampled_from(["\n", "```python\n", "a"]), text=st.text(alphabet="def ar\n `", max_size=20))
def test_text_behind_other_text_is_all_there(families: dict[str, Family], after: str, text: str) -> None:
    assert families["base"].tokenizer.decode(encode_text(families["base"].tokenizer, text, after)) == text


def test_text_is_encoded_as_the_model_would_write_it(families: dict[str, Family]) -> None:
    tokenizer = families["base"].tokenizer
    opener, body = "```python\n", "def area"
    assert encode_text(tokenizer, opener) + encode_text(tokenizer, body, opener) == encode_text(
        tokenizer, opener + body
    )
    joined = encode_text(tokenizer, "wid" + "th")
    assert encode_text(tokenizer, "th", after="wid") == encode_text(tokenizer, "th") != joined
