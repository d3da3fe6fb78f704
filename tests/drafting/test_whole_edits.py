"""All sources together on whole edits; the target model's part is played by a known answer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specedit_lsp.drafting.draft import Codec
from specedit_lsp.drafting.sources import build_router
from specedit_lsp.evaluation.tokenizer_file import load_tokenizer
from specedit_lsp.prompting.codec import TokenCodec
from tests.drafting.codecs import PairCodec, WordCodec, edit_context
from tests.drafting.replays import ALL, count_forwards, replay
from tests.drafting.steps import count_steps

CODE = '''\
def collect(items, limit=30):
    """Collect what is left of the items."""
    result = []
    for item in items:
        if item.done or len(result) >= limit:
            continue
        result.append(item.value)
    print(result)
    return result
'''


@pytest.fixture(scope="module", params=["words", "pairs", "bundled"])
def codec(request: pytest.FixtureRequest) -> Codec:
    if request.param == "bundled":
        return TokenCodec(load_tokenizer(), "```python\n")
    return WordCodec() if request.param == "words" else PairCodec()


@settings(max_examples=25, deadline=None)
@given(
    data=st.data(),
    selection=st.lists(st.sampled_from(["a", "b = ", "f(a)", "\n", "    ", "if b:\n", "x1 "]), max_size=12),
    answer=st.lists(
        st.sampled_from(["a", "c = ", "g(a)", "\n", "    ", "if b:\n", "x2 "]), min_size=1, max_size=14
    ),
)
@pytest.mark.parametrize("names", [ALL, *((name,) for name in ALL)], ids="+".join)
def test_no_source_sees_what_has_not_been_verified(
    names: tuple[str, ...], data: st.DataObject, selection: list[str], answer: list[str]
) -> None:
    context = edit_context("".join(selection), "rename a to c", codec=PairCodec())
    tokens = context.write("".join(answer))
    read = data.draw(st.integers(0, len(tokens)))
    other = (*tokens[:read], *data.draw(st.permutations(tokens[read:])))
    for ours, theirs in zip(replay(context, tokens, names), replay(context, other, names), strict=False):
        if max(ours[0], theirs[0]) > read:
            break
        assert ours == theirs


def test_an_unchanged_selection_takes_one_forward(codec: Codec) -> None:
    assert count_forwards(edit_context(CODE, "tidy up", codec=codec), CODE) == 1


def test_a_rename_that_the_instruction_asks_for_takes_one_forward(codec: Codec) -> None:
    context = edit_context(CODE, "rename result to collected", codec=codec)
    assert count_forwards(context, CODE.replace("result", "collected")) == 1


def test_several_renames_take_one_forward(codec: Codec) -> None:
    context = edit_context(CODE, "rename item to entry, limit to most", codec=codec)
    after = CODE.replace("item.", "entry.").replace("for item ", "for entry ").replace("limit", "most")
    assert count_forwards(context, after) == 1


@pytest.mark.parametrize(
    ("instruction", "old", "new"),
    [("change limit from 30 to 60", "30", "60"), ("set limit to 60", "30", "60")],
)
def test_a_changed_value_takes_one_forward(codec: Codec, instruction: str, old: str, new: str) -> None:
    assert count_forwards(edit_context(CODE, instruction, codec=codec), CODE.replace(old, new)) == 1


def test_a_rename_that_only_the_output_shows_is_learnt_at_its_first_place(codec: Codec) -> None:
    context = edit_context(CODE, "find a better name", codec=codec)
    new = len(codec.encode("gathered"))
    assert count_forwards(context, CODE.replace("result", "gathered")) <= new + 3


def test_two_renames_that_only_the_output_shows_are_learnt_at_their_first_places(codec: Codec) -> None:
    context = edit_context(CODE, "find better names", codec=codec)
    after = CODE.replace("result", "gathered").replace("limit", "utmost")
    new = len(codec.encode("gathered")) + len(codec.encode("utmost"))
    assert count_forwards(context, after) <= new + 6


def test_more_branches_never_take_more_forwards_here(codec: Codec) -> None:
    context = edit_context(CODE, "find a better name", codec=codec)
    after = CODE.replace("result", "gathered").replace("print", "log")
    forwards = [count_forwards(context, after, branches=branches) for branches in (1, 3, 8)]
    assert forwards == sorted(forwards, reverse=True)


@pytest.mark.parametrize(
    "after",
    [
        "",
        "raise NotImplementedError\n",
        CODE.replace("    for item in items:\n", "    # Look at each.\n    for item in items:\n"),
        CODE.replace("    print(result)\n", ""),
        CODE.replace("    ", "\t"),
        CODE + "\n\n" + CODE,
    ],
    ids=["empty", "all new", "inserted", "deleted", "tabs", "twice"],
)
def test_together_no_worse_than_lookup_alone(codec: Codec, after: str) -> None:
    context = edit_context(CODE, "change it", codec=codec)
    assert count_forwards(context, after) <= count_forwards(context, after, ("lookup",)) + 1


@pytest.mark.parametrize(
    "names", [(), *((name,) for name in ALL)], ids=lambda names: "+".join(names) or "none"
)
def test_each_source_alone_arrives_at_the_answer(names: tuple[str, ...]) -> None:
    context = edit_context(CODE, "rename result to x")
    answer = context.write(CODE.replace("result", "x").replace("item", "it"))
    assert count_forwards(context, CODE.replace("result", "x").replace("item", "it"), names) <= len(answer)


@pytest.mark.parametrize("unit", ["a ", "x = 1\n", "(", "\n", "    "], ids=repr)
def test_a_selection_of_5000_characters_of_the_same_is_no_worse_than_any_other(unit: str) -> None:
    ordinary = CODE * (5000 // len(CODE))
    same = (unit * 5000)[:5000]

    def work(text: str) -> int:
        context = edit_context(text, "rename a to b", codec=PairCodec())
        answer = context.write("new line\n" + text[:2000] + "other = 1\n" + text[2500:])[:400]

        def run() -> None:
            router = build_router(ALL, context, branches=8)
            for start in range(0, len(answer), 40):
                router.choose(64)
                router.hear(answer[start : start + 40])

        return count_steps(run)

    assert work(same) < 15 * work(ordinary)
