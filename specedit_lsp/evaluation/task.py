"""From an edit to what a method may know of it, and, apart from that, the answer in tokens.

Every method is given the prompt that the engine sends to a chat model: system message, context, selection,
instruction, in the tokenizer's own chat template or ChatML. The context is not cut. That profile opens the
fence itself, so the prompt ends with the fence line, and the answer is the replaced text without the
indentation that the selection was shown without, the closing fence, and the token that ends the turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from specedit_lsp.evaluation.edit_sets import EditCase
from specedit_lsp.prompting.codec import TokenCodec
from specedit_lsp.prompting.fences import choose_tag
from specedit_lsp.prompting.profiles import CHAT
from specedit_lsp.prompting.prompt import build_prompt
from specedit_lsp.prompting.tokens import encode_control
from specedit_lsp.prompting.trimmed import BLANK, TrimmedSelection
from specedit_lsp.transport.messages import RewriteOrder

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_UNLIMITED = 1 << 24
"""Tokens: more than any prompt has."""


@dataclass(frozen=True, slots=True)
class ReplayTask:
    """All that a method may know of an edit before its first token. The answer is not in it."""

    prompt: tuple[int, ...]
    """Token ids the target model reads."""
    order: RewriteOrder
    shown: str
    """The selection as it stands in the prompt."""
    closing: str
    """What an answer has behind its text."""
    ending: tuple[int, ...]
    """Token ids that end an answer and have no text."""
    codec: TokenCodec

    @property
    def selection(self) -> tuple[int, ...]:
        """Token ids of the answer that changes nothing."""
        return self.write(self.shown)

    def write(self, text: str) -> tuple[int, ...]:
        """Return the ids of the answer that is ``text``, up to and with what ends it."""
        return (*self.codec.encode(text + self.closing), *self.ending)


def build_task(case: EditCase, tokenizer: PreTrainedTokenizerBase) -> tuple[ReplayTask, tuple[int, ...]]:
    """Return what a method may know of the edit, and the answer, up to and with the token that ends it."""
    order = RewriteOrder(
        instruction=case.instruction,
        selection=case.before,
        before=case.context_before,
        after=case.context_after,
        language=case.language,
    )
    end = encode_control(tokenizer, str(tokenizer.eos_token))
    prompt = build_prompt(
        order,
        tokenizer,
        CHAT,
        max_context_tokens=_UNLIMITED,
        model_context=4 * _UNLIMITED,
        stop_ids=frozenset(end),
    )
    task = ReplayTask(
        prompt=prompt.tokens,
        order=order,
        shown=prompt.trimmed.core,
        closing=CHAT.closing.format(fence=prompt.fence),
        ending=tuple(end),
        codec=TokenCodec(tokenizer, CHAT.opener.format(fence=prompt.fence, tag=choose_tag(case.language))),
    )
    return task, task.write(shown_like(prompt.trimmed, case.after))


def shown_like(trimmed: TrimmedSelection, after: str) -> str:
    """Return a replacement as the model writes it: without blank lines around it and the shared indentation.

    A line that is indented less than the selection was loses what it has.
    """
    text = after.rstrip(BLANK)
    blank = text[: len(text) - len(text.lstrip(BLANK))]
    lines = text[blank.rfind("\n") + 1 :].split("\n")
    if trimmed.first_line_indent is not None:
        lines[0] = trimmed.first_line_indent + lines[0]
    inner = lines if trimmed.first_line_indent is not None else lines[1:]
    taken = [_take_indent(line, trimmed.indent) for line in inner]
    return "\n".join([*lines[: len(lines) - len(inner)], *taken])


def _take_indent(line: str, indent: str) -> str:
    if not line.strip():
        return line
    shared = 0
    while shared < min(len(line), len(indent)) and line[shared] == indent[shared]:
        shared += 1
    return line[shared:]
