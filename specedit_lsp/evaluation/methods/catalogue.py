"""The methods by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from specedit_lsp.evaluation.methods.blazedit import make_blazedit
from specedit_lsp.evaluation.methods.greedy import GREEDY
from specedit_lsp.evaluation.methods.hf_prompt_lookup import HF_PROMPT_LOOKUP
from specedit_lsp.evaluation.methods.ours import NAME, make_canonical_method, make_method
from specedit_lsp.evaluation.methods.saferoute import SAFEROUTE
from specedit_lsp.evaluation.methods.tuned_pld import TUNED_PLD
from specedit_lsp.evaluation.replay import Method

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


def choose_methods(
    wanted: Sequence[str],
    sources: Sequence[str],
    branches: int,
    width: int,
    draft_model: str,
    tokenizer: PreTrainedTokenizerBase,
) -> list[Method]:
    """Return the methods called ``wanted``, or all there are, tuned prompt lookup always among them.

    ``sources``, ``branches`` and ``width`` are those of our own drafting; each source is a method of its own
    as well. ``draft_model`` is a folder, or empty where there is none.

    Raises:
        ValueError: there is no such method, or the draft model cannot be used.
    """
    baselines = [GREEDY, HF_PROMPT_LOOKUP, TUNED_PLD, SAFEROUTE]
    if draft_model:
        # Torch is loaded only where a model is.
        from specedit_lsp.evaluation.methods.draft_model import load_draft_model

        baselines.append(make_blazedit(load_draft_model(draft_model, tokenizer)))
    alone = [make_method(name, (name,), branches, width) for name in sources]
    together = make_method(NAME, sources, branches, width)
    canonical = make_canonical_method(sources, branches)
    known = {method.name: method for method in (*baselines, *alone, together, canonical)}
    for name in wanted:
        if name not in known:
            hint = "; it needs a draft model, see --draft-model" if name == "blazedit" else ""
            raise ValueError(f"there is no method {name!r}{hint}; there are {', '.join(known)}")
    return [method for name, method in known.items() if not wanted or name in {*wanted, TUNED_PLD.name}]
