"""Orders become prompts that fit the model."""

from __future__ import annotations

import logging
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from specedit_lsp.prompting.prompt import MARGIN, Prompt, PromptTooLong
from specedit_lsp.transport.messages import RewriteOrder

if TYPE_CHECKING:
    from tests.prompting.conftest import Family

SPECIALS = [
    "<|end|>",
    "<|code|>",
    "<|im_end|>",
    "<|eot_id|>",
    "<end_of_turn>",
    "<|endoftext|>",
    "[INST]",
    "<s>",
    "</s>",
]
user_texts = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from([*SPECIALS, "```", "~~~~", "\n", "    ", "\t", "Here is the code:", "<think>"]),
    ),
    max_size=12,
).map("".join)
orders = st.builds(
    RewriteOrder,
    instruction=user_texts,
    selection=user_texts,
    before=user_texts,
    after=user_texts,
    rules=user_texts,
    language=st.sampled_from(["python", "markdown", "plaintext"]),
)
ORDER = RewriteOrder(
    instruction="rename area\nto surface",
    selection="    def area(self):\n        return 1\n",
    before="import os\n\n\nclass Shape:\n",
    after="\n\nprint(Shape())\n",
    language="python",
)


def read(family: Family, prompt: Prompt) -> str:
    return family.decode(prompt.tokens)


def count_encoded(family: Family, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that takes in the characters of each text the tokenizer is given from now on."""
    encode, encoded = family.tokenizer.encode, list[int]()

    def count(text: str, **options: bool) -> list[int]:
        encoded.append(len(text))
        ids: list[int] = encode(text, **options)
        return ids

    monkeypatch.setattr(family.tokenizer, "encode", count)
    return encoded


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(order=ORDER.model_copy(update={"selection": "Here is the code:\n<think>\n```"}))
@given(order=orders)
def test_an_answer_that_changes_nothing_gives_the_selection_back(family: Family, order: RewriteOrder) -> None:
    prompt = family.build(order)
    answer = family.decode([token for token in prompt.selection if token not in prompt.stop_ids])
    output = prompt.new_filter()
    assert output.feed(answer) + output.finish() == order.selection
    assert output.stopped == family.profile.fenced


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(order=orders)
def test_the_users_text_brings_no_special_token(family: Family, order: RewriteOrder) -> None:

    def find_specials(prompt: Prompt) -> list[int]:
        return [token for token in prompt.tokens + prompt.selection if token in family.control]

    harmless = RewriteOrder(instruction="a", selection="b", before="c", after="d")
    assert find_specials(family.build(order)) == find_specials(family.build(harmless))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(order=orders, budget=st.integers(0, 120), room=st.integers(0, 700))
def test_budgets_are_kept(family: Family, order: RewriteOrder, budget: int, room: int) -> None:
    # A fence this long is longer than any in the context, so that both prompts have the same.
    order = order.model_copy(update={"instruction": "~" * 100 + order.instruction})
    bare = family.build(order, 0, max_rules_tokens=0)
    least = len(bare.tokens) + ceil(len(bare.selection) * 1.25)
    prompt = family.build(order, budget, least + room, max_rules_tokens=2 * budget)
    assert len(prompt.tokens) <= len(bare.tokens) + 3 * budget
    assert len(prompt.tokens) + prompt.max_new_tokens <= least + room
    assert prompt.max_new_tokens >= len(prompt.selection)


def test_context_costs_no_more_than_its_budget(families: dict[str, Family]) -> None:
    family = families["chatml"]
    order = ORDER.model_copy(update={"before": "x = 1\n" * 500, "after": "y = 2\n" * 500})
    bare = len(family.build(order, 0).tokens)
    lengths = [len(family.build(order, budget).tokens) - bare for budget in range(0, 400, 7)]
    assert all(length <= budget for length, budget in zip(lengths, range(0, 400, 7), strict=True))
    assert lengths[-1] > 380


def test_the_mini_prompt_is_its_contract(families: dict[str, Family]) -> None:
    family = families["mini"]
    prompt = family.build(ORDER)
    assert read(family, prompt) == (
        "<|edit|>rename area to surface<|code|>def area(self):\n    return 1<|out|>"
    )
    assert family.decode(prompt.selection) == "def area(self):\n    return 1<|end|>"
    assert prompt.stop_ids == {family.tokenizer.convert_tokens_to_ids("<|end|>")}


def test_a_tokenizer_without_the_minis_tokens_is_refused(families: dict[str, Family]) -> None:
    base = families["base"]
    family = replace(base, profile=families["mini"].profile)
    with pytest.raises(ValueError, match=r"mini has no token for each of .*<\|end\|>"):
        family.build(ORDER)


def test_a_chat_ends_with_the_instruction_and_the_opened_answer(chat_family: Family) -> None:
    text = read(chat_family, chat_family.build(ORDER))
    shown = [
        text.index(part) for part in ("class Shape", "print(Shape", "def area", "rename area\nto surface")
    ]
    assert shown == sorted(shown)
    assert text.count("You edit text inside an editor.") == 1
    assert text.endswith("```python\n")
    assert not text.partition("to surface")[2].strip().startswith("```"), "the user's turn is closed first"


@pytest.mark.parametrize(("name", "role"), [("chatml", "system"), ("gemma", "user"), ("silent", "[INST]")])
def test_the_task_is_told_where_the_template_lets_it(
    families: dict[str, Family], name: str, role: str
) -> None:
    family = families[name]
    told = read(family, family.build(ORDER)).partition("You edit text")[0]
    assert told.rstrip().endswith(role)


def test_only_what_follows_the_instruction_changes_with_it(chat_family: Family) -> None:
    one, other = (
        chat_family.build(ORDER.model_copy(update={"instruction": text})).tokens
        for text in ("do this", "make that")
    )
    common = next(i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    assert chat_family.decode(one[:common]).rstrip().endswith("Instruction:")


@pytest.mark.parametrize("name", ["thinking", "always-thinking"])
def test_thinking_is_over_before_the_answer_begins(families: dict[str, Family], name: str) -> None:
    family = families[name]
    assert read(family, family.build(ORDER)).endswith("<think>\n\n</think>\n\n```python\n")


@pytest.mark.parametrize(
    ("name", "closing"), [("chatml", "<|im_end|>"), ("gemma", "<end_of_turn>"), ("silent", "")]
)
def test_the_unchanged_answer_reaches_the_end_of_the_turn(
    families: dict[str, Family], name: str, closing: str
) -> None:
    family = families[name]
    written = family.decode(family.build(ORDER).selection)
    assert written == f"def area(self):\n    return 1\n```{closing}"


def test_the_projects_rules_come_before_all_that_changes(families: dict[str, Family]) -> None:
    for name in ("chatml", "base"):
        family = families[name]
        order = ORDER.model_copy(update={"rules": "Use tabs.\n\nNo abbreviations.\n"})
        other = order.model_copy(update={"selection": "x = 2\n", "before": "y = 3\n"})
        one, two = (read(family, family.build(each)) for each in (order, other))
        common = next(i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b)
        assert "Use tabs.\n\nNo abbreviations.\n```\n" in one[:common]
        assert "Use tabs" not in read(family, family.build(order, max_rules_tokens=0))


def test_the_bundled_model_is_shown_no_rules(families: dict[str, Family]) -> None:
    family = families["mini"]
    order = ORDER.model_copy(update={"rules": "Use tabs.\n"})
    assert family.build(order).tokens == family.build(ORDER).tokens


def test_a_base_model_reads_on_from_the_instruction_into_the_answer(families: dict[str, Family]) -> None:
    family = families["base"]
    text = read(family, family.build(ORDER))
    shown = [
        text.index(part) for part in ("class Shape", "print(Shape", "def area", "rename area\nto surface")
    ]
    assert shown == sorted(shown)
    assert text.endswith(":\n```python\n")


@pytest.mark.parametrize(("name", "beginning"), [("base", ""), ("base-with-beginning", "<s>")])
def test_a_text_begins_as_its_tokenizer_wants(families: dict[str, Family], name: str, beginning: str) -> None:
    family = families[name]
    assert read(family, family.build(ORDER)).startswith(f"{beginning}Text before")


def test_fences_in_the_context_make_the_answers_fence_longer(families: dict[str, Family]) -> None:
    family = families["chatml"]
    order = ORDER.model_copy(update={"before": '"""\n```\nf()\n```\n"""\n'})
    assert family.build(order).fence == "````"
    assert read(family, family.build(order)).endswith("\n````python\n")
    assert family.build(order, max_context_tokens=0).fence == "```"


def test_an_answer_may_be_twice_the_selection_and_some_more(families: dict[str, Family]) -> None:
    family = families["chatml"]
    prompt = family.build(ORDER)
    assert (
        2 * len(prompt.selection) + MARGIN < prompt.max_new_tokens < 2 * len(prompt.selection) + MARGIN + 30
    )


def test_room_for_the_answer_goes_before_context(families: dict[str, Family]) -> None:
    family = families["chatml"]
    order = ORDER.model_copy(update={"before": "x = 1\n" * 500})
    free = family.build(order, 0)
    tight = family.build(order, 1000, len(free.tokens) + free.max_new_tokens + 90)
    assert tight.max_new_tokens == free.max_new_tokens
    assert 0 < len(tight.tokens) - len(free.tokens) <= 90


def test_a_selection_that_does_not_fit_says_what_it_needs(family: Family) -> None:
    order = ORDER.model_copy(update={"selection": "x = 1\n" * 400})
    with pytest.raises(PromptTooLong) as raised:
        family.build(order, model_context=2000)
    needed = raised.value.needed
    assert (raised.value.available, family.profile.model in str(raised.value)) == (2000, True)
    assert f"about {needed:,} tokens" in str(raised.value)
    assert "reads 2,000: select less or use a model with a longer context" in str(raised.value)
    with pytest.raises(PromptTooLong):
        family.build(order, model_context=needed - 1)
    prompt = family.build(order, model_context=needed)
    assert len(prompt.tokens) + prompt.max_new_tokens == needed
    assert prompt.max_new_tokens >= len(prompt.selection) * 1.25


def test_a_huge_selection_is_refused_without_encoding_it_all(
    families: dict[str, Family], monkeypatch: pytest.MonkeyPatch
) -> None:
    family = families["chatml"]
    encoded = count_encoded(family, monkeypatch)
    with pytest.raises(PromptTooLong) as raised:
        family.build(ORDER.model_copy(update={"selection": "x = 1\n" * 1_000_000}), model_context=2000)
    assert 1_000_000 < raised.value.needed < 20_000_000
    assert sum(encoded) < 100_000


def test_a_huge_document_costs_no_more_than_a_small_one(
    families: dict[str, Family], monkeypatch: pytest.MonkeyPatch
) -> None:
    family = families["chatml"]
    encoded = count_encoded(family, monkeypatch)
    family.build(ORDER.model_copy(update={"before": "x = 1\n" * 4_000_000, "after": "y" * 24_000_000}), 100)
    assert 0 < sum(encoded) < 20_000


def test_a_long_prompt_is_no_reason_to_warn(
    families: dict[str, Family], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    family = families["chatml"]
    monkeypatch.setattr(family.tokenizer, "model_max_length", 100)
    with caplog.at_level(logging.WARNING):
        family.build(ORDER)
    assert not caplog.records
