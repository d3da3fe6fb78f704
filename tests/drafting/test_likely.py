"""What an editor's own rename would make of the selection: it saves forwards or costs none."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from specedit_lsp.drafting.draft import Codec
from specedit_lsp.evaluation.tokenizer_file import load_tokenizer
from specedit_lsp.prompting.codec import TokenCodec
from tests.drafting.codecs import WordCodec, edit_context
from tests.drafting.replays import count_forwards, replay

ATTRIBUTE = """\
def move(self, x, by):
    self.x = x
    if x < 0:
        raise ValueError(f"no place left of {x}")
    return Point(x=x + by, y=self.x)
"""
SHADOWED = """\
def walk(tree):
    for item in tree:
        names = [item.name for item in item.children]
        print(item, names)
        yield from sorted(item.parts, key=lambda item: item.key)
    return item
"""
MODULE = """\
def parse(text):
    import date
    date = date.parse(text)
    if date.year < 1900:
        raise date.Error(date)
    return date
"""
RENAMES = {
    "an attribute of the same name": (ATTRIBUTE, r"(?<![.])\bx\b(?!=)", "x", "column"),
    "a shadowed name": (SHADOWED, r"(?<!\[)(?<!lambda )\bitem\b(?!\.name|\.key| in item)", "item", "entry"),
    "a module of the same name": (MODULE, r"(?<!import )\bdate\b(?!\.parse|\.Error)", "date", "day"),
}


@pytest.fixture(scope="module", params=["words", "bundled"])
def codec(request: pytest.FixtureRequest) -> Codec:
    return WordCodec() if request.param == "words" else TokenCodec(load_tokenizer(), "```python\n")


@pytest.mark.parametrize("kind", RENAMES)
def test_a_rename_that_only_the_language_understands_takes_one_forward(codec: Codec, kind: str) -> None:
    text, meant, old, new = RENAMES[kind]
    after = re.sub(meant, new, text)
    context = edit_context(text, f"rename {old} to {new}", codec=codec)
    assert count_forwards(context, after) > 2, "the instruction alone says it all"
    assert count_forwards(replace(context, likely=after), after) == 1


@pytest.mark.parametrize("kind", RENAMES)
def test_a_model_that_does_not_understand_it_takes_no_forward_more(codec: Codec, kind: str) -> None:
    text, meant, old, new = RENAMES[kind]
    after = re.sub(rf"\b{old}\b", new, text)
    context = edit_context(text, f"rename {old} to {new}", codec=codec)
    assert count_forwards(context, after) == 1
    assert count_forwards(replace(context, likely=re.sub(meant, new, text)), after) == 1


@pytest.mark.parametrize(
    "likely", [SHADOWED.replace("item", "x"), SHADOWED[:40], "", "no code", SHADOWED * 3]
)
def test_a_wrong_text_costs_one_forward_at_most(codec: Codec, likely: str) -> None:
    context = edit_context(SHADOWED, "add logging", codec=codec)
    after = SHADOWED.replace("print(item, names)", "log.info(names)").replace("return item", "return tree")
    wrong = count_forwards(replace(context, likely=likely), after)
    assert wrong <= count_forwards(context, after) + 1


def test_a_text_that_was_left_is_proposed_again_when_it_alone_was_right(codec: Codec) -> None:
    text = "\n".join(f"x = f(x, self.x, {number})" for number in range(4))
    likely = re.sub(r"(?<![.])\bx\b", "column", text)
    after = likely.replace("column = f", "column = g", 1)
    context = edit_context(text, "rename x to column", codec=codec)
    sources = {
        draft.source
        for _, drafts in replay(replace(context, likely=likely), context.write(after))[1:]
        for draft in drafts
    }
    assert "likely" in sources
    assert count_forwards(replace(context, likely=likely), after) <= count_forwards(context, after)
