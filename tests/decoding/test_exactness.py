"""Whatever is drafted, the tokens are those of greedy decoding, one by one."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from specedit_lsp.decoding.cost_model import CostModel
from specedit_lsp.decoding.speculative_decoder import Finish, SpeculativeDecoder, Step
from specedit_lsp.decoding.tally import SourceTally, Tally
from specedit_lsp.drafting.draft import Draft, DraftSource, EditContext
from specedit_lsp.drafting.router import Router
from specedit_lsp.drafting.sources import BUILDERS, build_router
from specedit_lsp.model.faults import ContextOverflow
from specedit_lsp.model.loading import LoadedModel
from specedit_lsp.model.runner import ModelRunner

PROMPT = tuple(random.Random(5).randrange(96) for _ in range(40))
LENGTH = 48
WIDTH = 16
NO_STOP: frozenset[int] = frozenset()


class Spelling:
    """A codec in which each token is a letter of its own."""

    def encode(self, text: str) -> list[int]:
        return [ord(letter) - 0x4E00 for letter in text if 0x4E00 <= ord(letter) < 0x4E00 + 96]

    def spell(self, token: int) -> bytes:
        return chr(0x4E00 + token).encode()

    def read(self, tokens: Sequence[int]) -> str:
        return b"".join(map(self.spell, tokens)).decode()


class Scripted:
    """Proposes whatever a function makes of the tokens heard so far and of the width asked for."""

    name = "scripted"

    def __init__(self, script: Callable[[list[int], int], Sequence[int]]) -> None:
        self._script = script
        self.heard: list[int] = []

    def hear(self, verified: Sequence[int]) -> None:
        self.heard += verified

    def propose(self, width: int) -> Sequence[Draft]:
        return (Draft(self.name, tuple(self._script(self.heard, width)), 1),)


class Bushy:
    """Proposes several drafts, which may share their beginnings."""

    name = "bushy"

    def __init__(self, script: Callable[[list[int], int], Sequence[Sequence[int]]]) -> None:
        self._script = script
        self.heard: list[int] = []

    def hear(self, verified: Sequence[int]) -> None:
        self.heard += verified

    def propose(self, width: int) -> Sequence[Draft]:
        return [Draft(self.name, tuple(tokens), 1) for tokens in self._script(self.heard, width)]


def decode(
    loaded: LoadedModel,
    *sources: DraftSource,
    prompt: Sequence[int] = PROMPT,
    stop_ids: frozenset[int] = NO_STOP,
    length: int = LENGTH,
    cancelled: Callable[[], bool] = lambda: False,
    branches: int = 8,
    costs: CostModel | None = None,
) -> tuple[list[int], list[Step]]:
    """Decode; return all tokens, and the steps after checking what holds for any of them."""
    runner = ModelRunner(loaded)
    decoder = SpeculativeDecoder(runner, WIDTH, costs)
    router = Router(sources, branches, price=costs)
    steps = list(decoder.decode(prompt, router, stop_ids, length, cancelled))
    assert [step.finish is None for step in steps] == [True] * (len(steps) - 1) + [False]
    for step in steps:
        guesses = step.winner.tokens if step.winner else ()
        assert step.tokens[: step.accepted] == guesses[: step.accepted][: len(step.tokens)]
        assert not stop_ids.intersection(step.tokens)
    assert all(len(draft.tokens) <= WIDTH for step in steps[1:] for draft in step.drafts)
    assert runner.forwards == len(steps) - (steps[-1].finish is Finish.CANCELLED)
    return [token for step in steps for token in step.tokens], steps


def let_transformers_generate(loaded: LoadedModel, length: int = LENGTH) -> list[int]:
    """What transformers makes of it."""
    ids = torch.tensor([PROMPT])
    generate: Callable[..., torch.Tensor] = getattr(loaded.model, "generate")  # noqa: B009 - untyped
    output = generate(
        ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=length, pad_token_id=0
    )
    tokens: list[int] = output[0, len(PROMPT) :].tolist()
    return tokens


def test_drafting_off_is_greedy_decoding(any_model: LoadedModel) -> None:
    tokens, steps = decode(any_model)
    assert tokens == let_transformers_generate(any_model)
    assert len(steps) == LENGTH
    assert steps[-1].finish is Finish.LENGTH
    # Else the rest of this file would prove little.
    assert len(set(tokens)) > 10


def make_scripts(answer: Sequence[int]) -> dict[str, Callable[[list[int], int], Sequence[int]]]:
    chance = random.Random(3)

    def corrupt(heard: list[int], width: int) -> list[int]:
        rest = answer[len(heard) : len(heard) + width]
        return [token if chance.random() > 0.15 else chance.randrange(96) for token in rest]

    return {
        "right": lambda heard, width: answer[len(heard) : len(heard) + width],
        "wrong": lambda heard, width: [(token + 1) % 96 for token in answer[len(heard) : len(heard) + width]],
        "partly right": corrupt,
        "random": lambda heard, width: [chance.randrange(96) for _ in range(chance.randrange(width + 1))],
        "not tokens at all": lambda heard, width: [*answer[len(heard) : len(heard) + 2], 96, -1, 10**9],
        "truncated": lambda heard, width: answer[len(heard) : len(heard) + 2],
        "over-long": lambda heard, width: [*answer[len(heard) :], *range(96), *range(96)],
        "one behind": lambda heard, width: answer[max(0, len(heard) - 1) :][:width],
        "empty": lambda heard, width: [],
    }


def test_a_width_that_follows_costs_gives_the_same_tokens(any_model: LoadedModel) -> None:
    answer, _ = decode(any_model)
    source = Scripted(make_scripts(answer)["partly right"])
    tokens, steps = decode(any_model, source, costs=CostModel([1, 64], [1.0, 6.0]))
    assert tokens == answer
    assert len({len(draft.tokens) for step in steps[1:] for draft in step.drafts}) > 1


def make_bushes(answer: Sequence[int]) -> dict[str, Callable[[list[int], int], Sequence[Sequence[int]]]]:
    chance = random.Random(4)

    def spoil(tokens: Sequence[int], at: int) -> list[int]:
        return [(token + 1) % 96 if index == at else token for index, token in enumerate(tokens)]

    def part_ways(heard: list[int], width: int) -> list[Sequence[int]]:
        rest = answer[len(heard) : len(heard) + 3]
        return [spoil(rest, at) for at in range(len(rest))] + [rest]

    return {
        "the last branch is right": part_ways,
        "all branches part from the right one": lambda heard, width: part_ways(heard, width)[:-1],
        "nothing shared": lambda heard, width: [[token] * 4 for token in range(7)],
        "random": lambda heard, width: [
            [chance.randrange(96) for _ in range(chance.randrange(5))] for _ in range(chance.randrange(6))
        ],
        "one inside another": lambda heard, width: [
            answer[len(heard) : len(heard) + length] for length in (3, 1, 5, 0)
        ],
        "not tokens at all": lambda heard, width: [
            [-1, 3],
            [*answer[len(heard) : len(heard) + 2], 96],
            [10**9],
        ],
        "wider than the width": lambda heard, width: [[token] * 10 for token in range(8)],
    }


@pytest.mark.parametrize("kind", make_bushes([]))
def test_any_tree_gives_the_same_tokens(any_model: LoadedModel, kind: str) -> None:
    answer, _ = decode(any_model)
    source = Bushy(make_bushes(answer)[kind])
    tokens, steps = decode(any_model, source)
    assert tokens == answer
    assert source.heard == answer[: len(source.heard)]
    if kind == "the last branch is right":
        assert len(steps) <= LENGTH // 4 + 2
    if kind == "one inside another":
        assert len(steps) == LENGTH // 6


@pytest.mark.parametrize("kind", make_scripts([]))
def test_any_draft_gives_the_same_tokens(any_model: LoadedModel, kind: str) -> None:
    answer, _ = decode(any_model)
    source = Scripted(make_scripts(answer)[kind])
    tokens, steps = decode(any_model, source)
    assert tokens == answer
    assert source.heard == answer[: len(source.heard)]
    if kind in ("right", "over-long"):
        assert len(steps) == 1
    if kind == "truncated":
        assert len(steps) == LENGTH // 3
    if kind in ("wrong", "empty"):
        assert len(steps) == LENGTH


@pytest.mark.parametrize("names", [("selection",), ("lookup",), tuple(BUILDERS)])
def test_the_real_sources_give_the_same_tokens(any_model: LoadedModel, names: tuple[str, ...]) -> None:
    answer, _ = decode(any_model)
    # A selection that the answer is an edit of: tokens replaced, inserted and deleted.
    selection = (*answer[:10], 1, 2, *answer[11:25], *answer[30:])
    context = EditContext((*PROMPT, *selection), selection, Spelling(), Spelling().read(selection))
    runner = ModelRunner(any_model)
    router = build_router(names, context, branches=8)
    steps = list(SpeculativeDecoder(runner, WIDTH).decode(PROMPT, router, NO_STOP, LENGTH))
    assert [token for step in steps for token in step.tokens] == answer
    assert len(steps) < LENGTH


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_draft_can_change_a_token(tiny_model: LoadedModel, data: st.DataObject) -> None:
    answer = let_transformers_generate(tiny_model, 20)
    tokens = st.integers(-2, 99)

    def script(heard: list[int], width: int) -> list[int]:
        good = answer[len(heard) :][: data.draw(st.integers(0, 8))]
        return good + data.draw(st.lists(tokens, max_size=6))

    stop_ids = data.draw(st.frozensets(st.sampled_from(answer), max_size=1))
    plain, plain_steps = decode(tiny_model, stop_ids=stop_ids, length=20)
    drafted, steps = decode(tiny_model, Scripted(script), stop_ids=stop_ids, length=20)
    assert drafted == plain
    assert steps[-1].finish is plain_steps[-1].finish


def test_a_stop_token_inside_a_draft_ends_the_output(any_model: LoadedModel) -> None:
    answer, _ = decode(any_model)
    stop = answer[20]
    end = answer.index(stop)
    source = Scripted(lambda heard, width: answer[len(heard) : len(heard) + width])
    tokens, steps = decode(any_model, source, stop_ids=frozenset({stop}))
    assert tokens == answer[:end]
    assert len(steps) == 1
    assert steps[0].finish is Finish.STOP
    assert steps[0].accepted == end + 1


def test_a_stop_token_behind_a_draft_ends_the_output(tiny_model: LoadedModel) -> None:
    answer, _ = decode(tiny_model)
    stop = next(token for place, token in enumerate(answer) if place > 5 and token not in answer[:place])
    end = answer.index(stop)
    source = Scripted(lambda heard, width: answer[len(heard) : end])
    tokens, steps = decode(tiny_model, source, stop_ids=frozenset({stop}))
    assert tokens == answer[:end]
    assert [(step.accepted, step.finish) for step in steps] == [(end, Finish.STOP)]


def test_a_stop_token_may_come_first(tiny_model: LoadedModel) -> None:
    answer, _ = decode(tiny_model)
    tokens, steps = decode(tiny_model, stop_ids=frozenset(answer[:1]))
    assert tokens == []
    assert [step.finish for step in steps] == [Finish.STOP]


@pytest.mark.parametrize("length", [1, 2, 7, 16, 17, 18, 40])
def test_the_length_limit_is_exact(tiny_model: LoadedModel, length: int) -> None:
    answer, _ = decode(tiny_model)
    source = Scripted(lambda heard, width: [*answer[len(heard) :], *range(96)])
    tokens, steps = decode(tiny_model, source, length=length)
    assert tokens == answer[:length]
    assert steps[-1].finish is Finish.LENGTH
    assert len(steps) == 1


def test_the_context_may_end_the_output(any_model: LoadedModel) -> None:
    prompt = (PROMPT * 4)[: any_model.max_context - 9]
    plain, plain_steps = decode(any_model, prompt=prompt)
    assert len(plain) == 10
    assert plain_steps[-1].finish is Finish.LENGTH
    for script in make_scripts(plain).values():
        tokens, steps = decode(any_model, Scripted(script), prompt=prompt)
        assert tokens == plain
        assert steps[-1].finish is Finish.LENGTH


def test_a_prompt_that_fills_the_context_leaves_one_token(tiny_model: LoadedModel) -> None:
    tokens, steps = decode(tiny_model, prompt=PROMPT * 4)
    assert len(tokens) == 1
    assert steps[-1].finish is Finish.LENGTH


def test_a_prompt_longer_than_the_context_is_refused(tiny_model: LoadedModel) -> None:
    with pytest.raises(ContextOverflow, match="161 tokens"):
        decode(tiny_model, prompt=(*PROMPT * 4, 1))


@pytest.mark.parametrize("forwards", [0, 1, 3])
def test_cancelling_is_heard_before_every_forward(tiny_model: LoadedModel, forwards: int) -> None:
    answer, _ = decode(tiny_model)
    answers = iter([False] * forwards + [True])
    tokens, steps = decode(tiny_model, cancelled=lambda: next(answers))
    assert tokens == answer[:forwards]
    assert steps[-1] == Step((), (), 0, finish=Finish.CANCELLED)
    assert len(steps) == forwards + 1


def test_nothing_is_decoded_from_nothing_or_to_nothing(tiny_model: LoadedModel) -> None:
    for prompt, length in (((), 5), (PROMPT, 0)):
        with pytest.raises(ValueError, match="decoding needs"):
            decode(tiny_model, prompt=prompt, length=length)


def test_one_decoder_takes_many_prompts(tiny_model: LoadedModel) -> None:
    decoder = SpeculativeDecoder(ModelRunner(tiny_model), WIDTH)
    outputs = []
    for prompt in (PROMPT, PROMPT[:7], PROMPT):
        # Left in the middle, as a cancelled request would.
        next(decoder.decode(PROMPT[::-1], Router(()), NO_STOP, 5))
        steps = decoder.decode(prompt, Router(()), NO_STOP, 5)
        outputs.append([token for step in steps for token in step.tokens])
    assert outputs[0] == outputs[2] != outputs[1]


def test_the_tally_counts_forwards_and_tokens_by_source(tiny_model: LoadedModel) -> None:
    answer, _ = decode(tiny_model)
    answers = iter([False] * 3 + [True])
    _, steps = decode(
        tiny_model,
        Scripted(lambda heard, width: [*answer[len(heard) :][:3], -1] if heard else []),
        cancelled=lambda: next(answers),
    )
    tally = Tally()
    for step in steps:
        tally.add(step)
    assert (tally.forwards, tally.tokens) == (3, 1 + 4 + 4)
    assert tally.sources == {"scripted": SourceTally(proposed=6, accepted=6)}
