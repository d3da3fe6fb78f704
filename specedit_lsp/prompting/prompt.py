"""Prompts: the tokens a model reads for an order, and what is needed to make sense of its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from math import ceil
from typing import TYPE_CHECKING

from specedit_lsp.prompting.codec import TokenCodec
from specedit_lsp.prompting.context import cut_context, cut_rules
from specedit_lsp.prompting.fences import choose_fence, choose_tag
from specedit_lsp.prompting.output_filter import OutputFilter
from specedit_lsp.prompting.profiles import Profile
from specedit_lsp.prompting.question import Ending, Question, find_ending, render_question
from specedit_lsp.prompting.tokens import encode_control, encode_text
from specedit_lsp.prompting.trimmed import TrimmedSelection, trim_selection
from specedit_lsp.transport.messages import RewriteOrder

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

MARGIN = 256
"""Tokens an answer may have beyond twice the selection and once the instruction."""
LEAST_ROOM = 1.25
"""An answer must have room for this many times the selection, or the prompt is refused."""
MOST_CHARACTERS_PER_TOKEN = 16
"""Text with more characters for each token the model reads is not encoded whole to find it too long."""


class PromptTooLong(ValueError):
    """The selection and its replacement do not fit into what the model reads. Both numbers are tokens."""

    def __init__(self, needed: int, available: int, written: int, model: str) -> None:
        super().__init__(
            f"the selection needs about {needed:,} tokens ({needed - written:,} to read, {written:,} to"
            f" write); {model or 'the model'} reads {available:,}:"
            " select less or use a model with a longer context"
        )
        self.needed = needed
        self.available = available


@dataclass(frozen=True, slots=True)
class Prompt:
    """One order in a model's tokens."""

    tokens: tuple[int, ...]
    """What the model reads, up to where its answer starts."""
    selection: tuple[int, ...]
    """What it would write to change nothing, up to the end of the answer."""
    ending: Ending
    codec: TokenCodec
    """For text as it stands in the answer."""
    stop_ids: frozenset[int]
    """Tokens that end the answer and are no part of its text."""
    max_new_tokens: int
    """Most tokens the answer may have."""
    trimmed: TrimmedSelection
    fence: str
    """The line the answer was opened with; empty where the model needs none."""

    def new_filter(self) -> OutputFilter:
        """Return what turns this prompt's answer into replacement text. For one answer only."""
        return OutputFilter(self.trimmed, self.fence)


def build_prompt(
    order: RewriteOrder,
    tokenizer: PreTrainedTokenizerBase,
    profile: Profile,
    *,
    max_context_tokens: int,
    model_context: int,
    stop_ids: frozenset[int],
    max_rules_tokens: int = 0,
) -> Prompt:
    """Return the prompt for an order.

    ``max_context_tokens`` is the most that the text around the selection may add to the prompt,
    ``max_rules_tokens`` the most that the project's rules may, ``model_context`` the most the model reads and
    writes together, all in tokens; ``stop_ids`` are the tokens that end its answers.

    Raises:
        PromptTooLong: there is no room to write the selection once more and a quarter of it.
        ValueError: the tokenizer is not one for this profile.
    """

    @cache
    def count(text: str) -> int:
        return len(encode_text(tokenizer, text))

    def encode(question: Question) -> list[int]:
        return render_question(question, tokenizer, profile).encode(tokenizer)

    stop_ids |= _find_stops(tokenizer, profile)
    trimmed = trim_selection(order.selection, order.before)
    _refuse_hopeless(trimmed.core + order.instruction, model_context, profile.model, count)
    if not profile.takes_context:
        max_context_tokens = max_rules_tokens = 0
    shown = (cut_rules(order.rules, max_rules_tokens, count), *cut_context(order, max_context_tokens, count))
    fence = choose_fence(order.language, trimmed.core, order.instruction, *shown) if profile.fenced else ""
    bare = Question(order.instruction, trimmed.core, fence, choose_tag(order.language))
    tokens = encode(bare)
    ending = find_ending(bare, tokenizer, profile, stop_ids)
    codec = TokenCodec(tokenizer, profile.opener.format(fence=fence, tag=bare.tag) if profile.fenced else "")
    selection = (*codec.encode(trimmed.core + ending.closing), *ending.tokens)
    least = ceil(len(selection) * LEAST_ROOM)
    if len(tokens) + least > model_context:
        raise PromptTooLong(len(tokens) + least, model_context, least, profile.model)
    most = 2 * len(selection) + MARGIN + count(order.instruction)

    def add_rules(question: Question, allowance: int) -> Question:
        return replace(question, rules=cut_rules(order.rules, allowance, count))

    def add_context(question: Question, allowance: int) -> Question:
        before, after = cut_context(order, allowance, count)
        return replace(question, before=before, after=after)

    question = bare
    for add, budget in ((add_rules, max_rules_tokens), (add_context, max_context_tokens)):
        room = min(budget, model_context - len(tokens) - most)
        question, tokens = _lengthen(question, tokens, room, add, encode)
    return Prompt(
        tokens=tuple(tokens),
        selection=selection,
        ending=ending,
        codec=codec,
        stop_ids=stop_ids,
        max_new_tokens=min(most, model_context - len(tokens)),
        trimmed=trimmed,
        fence=fence,
    )


def _lengthen(
    question: Question,
    tokens: list[int],
    budget: int,
    add: Callable[[Question, int], Question],
    encode: Callable[[Question], list[int]],
) -> tuple[Question, list[int]]:
    """Return the question with what ``add`` finds for an allowance of tokens, and its own tokens.

    They are ``budget`` more than ``tokens`` at most.
    """
    allowance = budget
    while allowance > 0:
        longer = add(question, allowance)
        if longer == question:
            break
        encoded = encode(longer)
        # The words around the addition cost tokens as well, which shows only when all is encoded together.
        excess = len(encoded) - len(tokens) - budget
        if excess <= 0:
            return longer, encoded
        allowance -= excess
    return question, tokens


def _find_stops(tokenizer: PreTrainedTokenizerBase, profile: Profile) -> frozenset[int]:
    stops = [encode_control(tokenizer, stop) for stop in profile.stops]
    if any(len(ids) != 1 for ids in stops):
        raise ValueError(f"the tokenizer of {profile.model} has no token for each of {profile.stops}")
    return frozenset(ids[0] for ids in stops)


def _refuse_hopeless(text: str, model_context: int, model: str, count: Callable[[str], int]) -> None:
    """Raise PromptTooLong, from an estimate, for text so long that encoding it would take a while."""
    reach = model_context * MOST_CHARACTERS_PER_TOKEN
    if len(text) <= reach:
        return
    estimate = count(text[:reach]) * len(text) // reach
    if estimate > model_context:
        written = ceil(estimate * LEAST_ROOM)
        raise PromptTooLong(estimate + written, model_context, written, model)
