"""Orders as messages to a model behind a chat API: the words of the chat profile, without its tokenizer."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from specedit_lsp.prompting.context import cut_context, cut_rules
from specedit_lsp.prompting.fences import choose_fence, choose_tag
from specedit_lsp.prompting.output_filter import OutputFilter
from specedit_lsp.prompting.profiles import CHAT
from specedit_lsp.prompting.prompt import MARGIN
from specedit_lsp.prompting.question import Question, render_content, render_system
from specedit_lsp.prompting.trimmed import TrimmedSelection, trim_selection
from specedit_lsp.transport.messages import RewriteOrder

BYTES_PER_TOKEN = 3
"""About what tokenizers for code reach, of UTF-8; somewhat low, so that budgets are kept."""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One order in the words of a conversation."""

    system: str
    user: str
    prediction: str
    """The answer that changes nothing."""
    most_tokens: int
    """Tokens, by estimate, that any sensible answer has room in."""
    trimmed: TrimmedSelection
    fence: str

    @property
    def prompt_tokens(self) -> int:
        """About how many tokens the model reads."""
        return estimate_tokens(self.system) + estimate_tokens(self.user)

    def new_filter(self) -> OutputFilter:
        """Return what turns the answer into replacement text. For one answer only."""
        return OutputFilter(self.trimmed, self.fence, is_opened=False)


def build_chat_request(order: RewriteOrder) -> ChatRequest:
    """Return the messages for an order, context and rules cut to its budgets by estimate."""
    trimmed = trim_selection(order.selection, order.before)
    rules = cut_rules(order.rules, order.rules_tokens, estimate_tokens)
    before, after = cut_context(order, order.context_tokens, estimate_tokens)
    fence = choose_fence(order.language, trimmed.core, order.instruction, rules, before, after)
    tag = choose_tag(order.language)
    question = Question(order.instruction, trimmed.core, fence, tag, before, after, rules)
    written = estimate_tokens(trimmed.core)
    return ChatRequest(
        system=render_system(),
        user=render_content(question, CHAT),
        prediction=f"{fence}{tag}\n{trimmed.core}\n{fence}",
        most_tokens=2 * written + MARGIN + estimate_tokens(order.instruction),
        trimmed=trimmed,
        fence=fence,
    )


def estimate_tokens(text: str) -> int:
    """Return about how many tokens a text has."""
    return ceil(len(text.encode("utf-8", "surrogatepass")) / BYTES_PER_TOKEN)
