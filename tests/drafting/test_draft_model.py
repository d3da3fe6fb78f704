"""A small model that drafts, itself sped up by prompt lookup."""

from __future__ import annotations

from collections.abc import Sequence

from specedit_lsp.drafting.draft_model import DraftModel, ModelDrafts
from specedit_lsp.drafting.sources import Helpers, build_router
from specedit_lsp.drafting.view_bank import ViewBank
from tests.drafting.codecs import WordCodec, edit_context, spell

DISTINCT = "a(b)c[d]e{f}g:h"
"""A text in which no token occurs twice."""


class Reciter:
    """A model that always goes on with what follows the last token in a text it knows by heart."""

    max_context = 1000
    vocabulary_size = 1 << 30

    def __init__(self, known: Sequence[int]) -> None:
        self.known = list(known)
        self.sequence: list[int] = []
        self.forwards = 0

    def begin(self) -> None:
        self.sequence = []

    def forward(self, token_ids: Sequence[int], guesses: Sequence[int] = ()) -> list[int]:
        assert token_ids, "a forward reads at least one token"
        self.sequence += [*token_ids, *guesses]
        self.forwards += 1
        return [self._go_on(token) for token in self.sequence[-1 - len(guesses) :]]

    def count_free(self, fed: int) -> int:
        return self.max_context - len(self.sequence) - fed

    def keep(self, guesses: int, agreed: Sequence[int]) -> None:
        start = len(self.sequence) - guesses
        self.sequence[start:] = [self.sequence[start + index] for index in agreed]

    def _go_on(self, token: int) -> int:
        place = self.known.index(token) if token in self.known else 0
        return self.known[(place + 1) % len(self.known)]


def start(answer: str, max_num_run: int = 4) -> tuple[ModelDrafts, ViewBank, Reciter]:
    context = edit_context("nothing alike", codec=WordCodec())
    reciter = Reciter(context.codec.encode(answer))
    bank = ViewBank(context)
    return ModelDrafts(bank, DraftModel(reciter, None, max_num_run=max_num_run)), bank, reciter


def test_the_draft_is_what_the_small_model_writes() -> None:
    source, bank, reciter = start(DISTINCT, max_num_run=3)
    bank.hear(bank.context.codec.encode("a"))
    (draft,) = source.propose(50)
    assert spell(bank.context.codec, draft.tokens) == "(b)"
    assert reciter.forwards == 3


def test_lookup_saves_the_small_model_forwards() -> None:
    source, bank, reciter = start(DISTINCT, max_num_run=1)
    codec = bank.context.codec
    bank.hear([*codec.encode(DISTINCT), *codec.encode("a")])
    (draft,) = source.propose(50)
    # What was written before is read on along, and one forward checks all of it.
    assert spell(codec, draft.tokens).startswith(DISTINCT[1:])
    assert reciter.forwards == 1


def test_what_the_target_refused_is_forgotten() -> None:
    source, bank, reciter = start(DISTINCT, max_num_run=2)
    codec = bank.context.codec
    bank.hear(codec.encode("a"))
    source.propose(50)
    bank.hear(codec.encode("z a"))
    source.propose(50)
    known = [*bank.context.prompt, *bank.transcript.tokens]
    assert reciter.sequence[: len(known)] == known


def test_it_is_not_asked_while_the_selection_is_being_copied() -> None:
    context = edit_context("one two three four five six", codec=WordCodec())
    reciter = Reciter(context.codec.encode("x y"))
    bank = ViewBank(context)
    source = ModelDrafts(bank, DraftModel(reciter, None))
    bank.hear(context.codec.encode("one two three"))
    assert source.propose(50) == ()
    assert reciter.forwards == 0


def test_it_is_silent_once_its_context_is_full() -> None:
    source, bank, reciter = start("one two three")
    reciter.max_context = 20
    bank.hear(bank.context.codec.encode("one"))
    assert source.propose(50) == ()


def test_a_model_of_another_tokenizer_drafts_by_way_of_text() -> None:
    context = edit_context("nothing alike", codec=WordCodec())
    own = WordCodec()
    own.encode("numbers of its own, so that no id means the same thing")
    reciter = Reciter(own.encode(DISTINCT))
    bank = ViewBank(context)
    source = ModelDrafts(bank, DraftModel(reciter, own, max_num_run=3))
    bank.hear(context.codec.encode("a"))
    (draft,) = source.propose(50)
    assert spell(context.codec, draft.tokens) == "(b)"


def test_without_a_model_there_is_no_such_source() -> None:
    context = edit_context("a b", codec=WordCodec())
    assert build_router(["model"], context, helpers=Helpers()).choose(5) == ()
