"""Who takes part in a live bench, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from typing import Any

from specedit_lsp.evaluation.live.contenders import Contender, make_drafting, make_generating, make_sourced
from specedit_lsp.evaluation.live.run import Clock
from specedit_lsp.evaluation.methods.blazedit import make_blazedit
from specedit_lsp.evaluation.methods.ours import NAME
from specedit_lsp.evaluation.methods.saferoute import SAFEROUTE
from specedit_lsp.evaluation.methods.tuned_pld import TUNED_PLD
from specedit_lsp.evaluation.reference import Reference
from specedit_lsp.evaluation.stock_model import StockModel
from specedit_lsp.evaluation.target import Target, TargetTask
from specedit_lsp.model.loading import load_model
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.settings import Settings

GENERATE = "generate"
LOOKUP = "hf_prompt_lookup"
TUNED = "hf_tuned_lookup"
ASSISTED = "hf_assisted"
BLAZEDIT = "blazedit"
UNDRAFTED = "undrafted"

_DEFAULT_LOOKUP = {"prompt_lookup_num_tokens": 10}
"""As the guide of transformers has it; the longest match is left at its default, 2 tokens."""
_TOKENS = (10, 20, 40, 80)
_NGRAMS = (2, 5, 10)
_TUNED_ON = 4
"""Tasks."""


def line_up(
    wanted: Sequence[str], target: Target, settings: Settings, clock: Clock, tasks: Sequence[TargetTask]
) -> list[Contender]:
    """Return the methods called ``wanted``, or all there are; ``settings`` are those of ``target``.

    Prompt lookup is tuned on some of the very ``tasks`` that are to be measured, which favours it.

    Raises:
        ValueError: there is no such method, or a model cannot be used, as one that is split: transformers'
            own methods run in one process.
    """
    if target.loaded.ranks > 1:
        raise ValueError("transformers' own methods run in one process: leave model.tensorParallel at 1")
    reference = Reference(target.loaded)
    known: dict[str, Callable[[], Contender]] = {
        GENERATE: partial(make_generating, GENERATE, reference, clock, {}),
        LOOKUP: partial(make_generating, LOOKUP, reference, clock, _DEFAULT_LOOKUP),
        TUNED: partial(tune_lookup, reference, clock, tasks[:_TUNED_ON]),
    }
    if draft_model := target.draft_model:
        if draft_model.codec:
            raise ValueError(f"{settings.draft.model} has another tokenizer than {settings.model.path}")
        assistant = load_model(settings.model.model_copy(update={"path": settings.draft.model}))
        stock = StockModel(assistant.model)
        known[ASSISTED] = partial(make_generating, ASSISTED, reference, clock, {}, stock)
        known[BLAZEDIT] = partial(make_drafting, make_blazedit(ModelRunner(assistant)), target, clock)
    known |= {method.name: partial(make_drafting, method, target, clock) for method in (TUNED_PLD, SAFEROUTE)}
    # Each edit is the first of its workspace: there is nothing to remember.
    idle = {"memory"} if draft_model else {"memory", "model"}
    sources = [name for name in settings.draft.sources if name not in idle]
    choices: dict[str, Sequence[str]] = {UNDRAFTED: (), **{name: (name,) for name in sources}, NAME: sources}
    known |= {name: partial(make_sourced, name, target, clock, chosen) for name, chosen in choices.items()}
    for name in wanted:
        if name not in known:
            hint = "; it needs a draft model, see --draft-model" if name in {ASSISTED, BLAZEDIT} else ""
            raise ValueError(f"there is no method {name!r}{hint}; there are {', '.join(known)}")
    return [build() for name, build in known.items() if not wanted or name in wanted]


def tune_lookup(reference: Reference, clock: Clock, tasks: Sequence[TargetTask]) -> Contender:
    """Return transformers' prompt lookup with the lengths of draft and match that are fastest on these."""
    choices: list[dict[str, Any]] = [
        {"prompt_lookup_num_tokens": tokens, "max_matching_ngram_size": ngram}
        for tokens, ngram in product(_TOKENS, _NGRAMS)
    ]
    contenders = [
        make_generating(
            TUNED,
            reference,
            clock,
            options,
            note=", ".join(f"{key}={value}" for key, value in options.items()),
        )
        for options in choices
    ]
    return min(contenders, key=lambda contender: sum(contender.run(task).seconds for task in tasks))
