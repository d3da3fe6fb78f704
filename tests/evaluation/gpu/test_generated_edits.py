"""Edits made by rule: they are what their names say, and the same ones each time."""

from __future__ import annotations

import difflib
import re

import pytest
from transformers import PreTrainedTokenizerBase

from specedit_lsp.evaluation.gpu.generated_edits import make_edited_files, make_style_renames
from specedit_lsp.evaluation.gpu.parts import EditSet, ReplayPlan
from specedit_lsp.evaluation.gpu.replayed_sets import choose_cases


def test_a_style_rename_changes_the_one_name_and_nothing_else() -> None:
    cases = make_style_renames(8)
    assert len({case.before for case in cases}) == 8
    for case in cases:
        named = re.fullmatch(r"Rename `(\w+)` to `(\w+)`\.", case.instruction)
        assert named
        old, new = named.groups()
        assert old.replace("_", "").lower() == new.lower()
        assert "_" not in new
        assert not re.search(rf"\b{old}\b", case.after)
        assert re.sub(rf"\b{new}\b", old, case.after) == case.before


@pytest.mark.parametrize("ratio", [0.1, 0.2, 0.5])
def test_an_edited_file_is_as_long_and_as_much_edited_as_was_asked(ratio: float) -> None:
    (case,) = make_edited_files(1, ratio, 5000)
    assert 4900 < len(case.before) <= 5000
    changes = difflib.SequenceMatcher(None, case.before, case.after, autojunk=False).get_opcodes()
    changed = sum(max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in changes if tag != "equal")
    assert changed / len(case.before) == pytest.approx(ratio, rel=0.35)


def test_a_file_that_is_not_edited_stays_as_it_is() -> None:
    (case,) = make_edited_files(1, 0.0, 2000)
    assert case.after == case.before


def test_the_same_edits_come_each_time() -> None:
    assert make_edited_files(2, 0.2, 3000) == make_edited_files(2, 0.2, 3000)


def test_regions_have_their_tokens_and_few_changed_lines(tokenizer: PreTrainedTokenizerBase) -> None:
    for case in choose_cases(ReplayPlan(EditSet.REGIONS, 4, repeats=1, plain=0), tokenizer, None):
        assert 1950 < len(tokenizer.encode(case.before, add_special_tokens=False)) <= 2000
        before, after = case.before.split("\n"), case.after.split("\n")
        kept = sum(
            block.size
            for block in difflib.SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
        )
        changed = max(len(before), len(after)) - kept
        assert 0 < changed <= 0.05 * len(before)


def test_there_are_no_edits_of_a_file_that_was_not_given(tokenizer: PreTrainedTokenizerBase) -> None:
    assert choose_cases(ReplayPlan(EditSet.OWN, 4, repeats=1, plain=0), tokenizer, None) == []
