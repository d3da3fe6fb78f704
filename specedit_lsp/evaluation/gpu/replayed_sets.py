"""Which edits are replayed under which name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from specedit_lsp.evaluation.edit_sets import EditCase, read_edit_set
from specedit_lsp.evaluation.gpu.generated_edits import make_edited_files, make_style_renames
from specedit_lsp.evaluation.gpu.parts import EditSet, ReplayPlan

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_FILE_CHARACTERS = 5000
_REGION_TOKENS = 2000
_REGION_RATIO = 0.035
"""Of the characters; of the lines it is some more."""
_RATIOS = {EditSet.FILES_10: 0.1, EditSet.FILES_20: 0.2, EditSet.FILES_50: 0.5, EditSet.FILES_90: 0.9}


def choose_cases(plan: ReplayPlan, tokenizer: PreTrainedTokenizerBase, own: Path | None) -> list[EditCase]:
    """Return the edits of a plan; none where there should be a file of ``own`` ones and there is not.

    Raises:
        ValueError: that file cannot be used.
    """
    if plan.edits is EditSet.STYLE:
        return make_style_renames(plan.count)
    if plan.edits is EditSet.OWN:
        return read_edit_set(own, plan.count) if own else []
    if plan.edits is EditSet.REGIONS:

        def count_tokens(text: str) -> int:
            return len(tokenizer.encode(text, add_special_tokens=False))

        return make_edited_files(plan.count, _REGION_RATIO, _REGION_TOKENS, count_tokens)
    return make_edited_files(plan.count, _RATIOS[plan.edits], _FILE_CHARACTERS)
