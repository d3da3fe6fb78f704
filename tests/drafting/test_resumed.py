"""What an earlier try had written is a draft: worth much if right, little trouble if wrong."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from specedit_lsp.drafting.sources import build_router
from tests.drafting.codecs import WordCodec, edit_context, spell
from tests.drafting.replays import count_forwards, replay

BEFORE = "".join(f"def f{n}(a):\n    size = a * {n}\n    return size\n" for n in range(12))
NEWS = [
    "apples",
    "bears",
    "cats",
    "dogs",
    "eels",
    "foxes",
    "goats",
    "hares",
    "ibises",
    "jays",
    "kites",
    "lions",
]
AFTER = "".join(
    f"def f{n}(a):\n    {news}.count()\n    size = a * {n}\n    return size\n" for n, news in enumerate(NEWS)
)
"""Nothing tells what comes next: each word costs a forward."""
HALF = AFTER[: len(AFTER) // 2]


def test_the_beginning_is_the_first_draft() -> None:
    context = replace(edit_context("x = 1", codec=WordCodec()), begun="y = 2\nz")
    draft = build_router(["resumed"], context).choose(50)[0]
    assert spell(context.codec, draft.tokens) == "y = 2\nz"


def test_nothing_ends_behind_a_beginning() -> None:
    context = edit_context("x = 1", codec=WordCodec())
    begun = replace(context, begun="x = 1")
    assert not set(context.ending).intersection(build_router(["resumed"], begun).choose(50)[0].tokens)


def test_what_was_verified_before_costs_hardly_a_forward() -> None:
    context = edit_context(BEFORE, codec=WordCodec())
    assert count_forwards(replace(context, begun=AFTER), AFTER) <= 3 < count_forwards(context, AFTER)
    assert count_forwards(replace(context, begun=HALF), AFTER) < 0.7 * count_forwards(context, AFTER)


def test_past_its_end_a_beginning_is_silent() -> None:
    context = replace(edit_context(BEFORE, codec=WordCodec()), begun=HALF)
    steps = replay(context, context.write(AFTER))
    late = [draft for _, drafts in steps[2:] for draft in drafts]
    assert late
    assert "resumed" not in {draft.source for draft in late}


@settings(max_examples=20)
@given(st.one_of(st.text(max_size=300), st.integers().map(lambda seed: shuffle(AFTER, seed))))
def test_a_wrong_beginning_costs_little(begun: str) -> None:
    context = edit_context(BEFORE, codec=WordCodec())
    least = count_forwards(context, AFTER)
    assert count_forwards(replace(context, begun=begun), AFTER) <= least + 6


def shuffle(text: str, seed: int) -> str:
    words = text.split(" ")
    random.Random(seed).shuffle(words)
    return " ".join(words)


def test_an_output_that_went_another_way_is_not_pressed() -> None:
    context = replace(edit_context(BEFORE, codec=WordCodec()), begun="a b c d e f g h")
    router = build_router(["resumed"], context)
    assert router.choose(50)
    router.hear(context.codec.encode(" ".join(NEWS * 2)))
    router.hear(context.codec.encode(" a"))
    assert router.choose(50) == ()
