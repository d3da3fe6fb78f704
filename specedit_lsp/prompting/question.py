"""A question to a model: rendered by the templates, then encoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2 import TemplateError

from specedit_lsp.prompting.profiles import Profile, render_template
from specedit_lsp.prompting.tokens import encode_control, encode_marked, mark

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True, slots=True)
class Question:
    """What the model is shown."""

    instruction: str
    selection: str
    fence: str
    tag: str
    """Name of the language behind an opening fence."""
    before: str = ""
    after: str = ""
    rules: str = ""
    """What the project says of itself."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A question as text: the templates' own words, with marks where the user's ``fields`` belong."""

    text: str
    fields: dict[str, str]
    opener: str
    """What the answer starts with; the text ends with it."""

    def encode(self, tokenizer: PreTrainedTokenizerBase) -> list[int]:
        """Return the tokens the model reads."""
        return encode_marked(tokenizer, self.text, self.fields)


def render_question(question: Question, tokenizer: PreTrainedTokenizerBase, profile: Profile) -> Rendered:
    """Return the question in the words of the profile.

    Raises:
        jinja2.TemplateError: the model's chat template refuses a plain message of the user.
    """
    opener = profile.opener.format(fence=question.fence, tag=question.tag)
    if profile.name == "mini":
        # The model was trained on instructions of one line.
        fields = {"instruction": " ".join(question.instruction.split()), "selection": question.selection}
        text = render_template(profile.template, opener=opener, **{name: mark(name) for name in fields})
        return Rendered(text, fields, opener)
    content = render_content(question, profile)
    if profile.name == "completion":
        return Rendered(_read_beginning(tokenizer) + mark("content"), {"content": content}, opener)
    return _render_chat(content, tokenizer, opener)


def render_content(question: Question, profile: Profile) -> str:
    """Return what the user says in a question: text of the user's and of the template's."""
    return render_template(
        profile.template,
        instruction=question.instruction.strip(),
        selection=question.selection,
        before=question.before.rstrip().lstrip("\n"),
        after=question.after.rstrip().lstrip("\n"),
        rules=question.rules.strip(),
        fence=question.fence,
        tag=question.tag,
        opener=profile.opener.format(fence=question.fence, tag=question.tag),
    )


def render_system() -> str:
    """Return what a model that is talked to should know of its task."""
    return render_template("chat_system.jinja")


@dataclass(frozen=True, slots=True)
class Ending:
    """What an answer has behind its text."""

    closing: str
    """Text: the fence of a code block."""
    tokens: tuple[int, ...]
    """Ids without text that end the model's turn."""


def find_ending(
    question: Question, tokenizer: PreTrainedTokenizerBase, profile: Profile, stop_ids: frozenset[int]
) -> Ending:
    """Return what the model writes behind its answer to a question."""
    closing = profile.closing.format(fence=question.fence)
    if not profile.fenced:
        return Ending("", tuple(encode_control(tokenizer, closing)))
    rendered = render_question(question, tokenizer, profile)
    # What ends the model's turn is what ended the user's.
    turn_end = encode_control(tokenizer, rendered.text.rpartition(mark("content"))[2])[:1]
    return Ending(closing, tuple(token for token in turn_end if token in stop_ids))


def _read_beginning(tokenizer: PreTrainedTokenizerBase) -> str:
    """Return the token that this tokenizer puts in front of any text, if it does."""
    beginning = tokenizer.bos_token
    added = tokenizer.encode("", add_special_tokens=True)
    return str(beginning) if beginning and tokenizer.bos_token_id in added else ""


def _render_chat(content: str, tokenizer: PreTrainedTokenizerBase, opener: str) -> Rendered:
    system = render_system()
    user = {"role": "user", "content": mark("content")}
    try:
        text = _apply_chat_template(tokenizer, [{"role": "system", "content": system}, user])
    except TemplateError:
        text = ""
    # Some templates refuse a system message, some leave it out without a word.
    if system not in text:
        text = _apply_chat_template(tokenizer, [user])
        content = f"{system}\n\n{content}"
    if text.rstrip().endswith("<think>"):
        text = text.rstrip() + "\n\n</think>\n\n"
    return Rendered(text + opener, {"content": content}, opener)


def _apply_chat_template(tokenizer: PreTrainedTokenizerBase, messages: list[dict[str, str]]) -> str:
    return str(
        tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True, enable_thinking=False
        )
    )
