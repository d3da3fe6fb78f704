"""The fixed set: that it has all it should, always the same, and that no training reads it."""

from __future__ import annotations

import json
import random
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from specedit_lsp.evaluation.quality_set import BUNDLED_SET, QualityEdit, read_quality_set
from specedit_lsp.training.batches import BatchMaker
from specedit_lsp.training.corpus.blocks import write_blocks
from specedit_lsp.training.corpus.sources import load_corpus, read_sources
from specedit_lsp.training.edits.mixture import KINDS, TABLE
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.quality_set import (
    BANDS,
    MOST_CHARACTERS,
    QUALITY_SET,
    draw_edits,
    search_band,
    write_quality_set,
)
from specedit_lsp.training.tokenizer import export_tokenizer, train_tokenizer


@pytest.fixture(scope="module")
def edits() -> list[QualityEdit]:
    """The bundled set."""
    assert QUALITY_SET == BUNDLED_SET
    return read_quality_set()


@pytest.fixture(scope="module")
def tokenizer(pools: Pools) -> Tokenizer:
    """A small tokenizer of the sample blocks."""
    return train_tokenizer((block.text for block in chain(*pools.blocks.values())), 500)


def test_the_set_has_every_kind_in_every_language_it_makes_sense_in(edits: list[QualityEdit]) -> None:
    counts = Counter((edit.kind, edit.language) for edit in edits)
    pairs = {(kind, language) for kind in KINDS for language in TABLE[kind].languages}
    assert counts.keys() <= pairs
    # No list to sort is short enough in the TypeScript of the held-out projects.
    assert pairs - counts.keys() == {("sort items", "typescript")}
    assert counts["rename", "python"] == 160
    assert counts["two renames", "python"] == 40
    assert all(counts[kind, "python"] >= 20 for kind in KINDS if "python" in TABLE[kind].languages)
    assert all(counts["rename", language] >= 16 for language in TABLE["rename"].languages)


def test_lengths_are_spread_evenly(edits: list[QualityEdit]) -> None:
    counts = Counter(edit.band for edit in edits)
    assert set(counts) == {f"{band.start}-{band.stop - 1}" for band in BANDS}
    assert min(counts.values()) > 0.2 * len(edits)
    for edit in edits:
        first, last = map(int, edit.band.split("-"))
        assert first <= edit.lines <= last
        assert edit.lines == len(edit.before.split("\n"))
        assert len(edit.before) <= MOST_CHARACTERS


def test_no_edit_is_there_twice_and_all_are_from_held_out_projects(edits: list[QualityEdit]) -> None:
    assert len({edit.id for edit in edits}) == len(edits)
    assert len({(edit.instruction, edit.before) for edit in edits}) == len(edits)
    assert {edit.project for edit in edits} <= {source.name for source in read_sources() if source.held_out}


def test_the_set_stays_small() -> None:
    assert BUNDLED_SET.stat().st_size <= 1_000_000


@pytest.mark.parametrize(("kind", "language"), [("rename", "python"), ("string", "go")])
def test_the_same_edits_are_drawn_each_time(
    pools: Pools, tokenizer: Tokenizer, tmp_path: Path, kind: str, language: str
) -> None:
    files = tmp_path / "first", tmp_path / "second"
    for file in files:
        write_quality_set(draw_edits(pools, tokenizer, kind, language, 5), file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_what_offers_no_occasion_is_left_out(pools: Pools, tokenizer: Tokenizer) -> None:
    few = Pools(pools.blocks["css"][:1])
    assert draw_edits(few, tokenizer, "docstring", "css", 1) == []
    longest = max(edit.lines for edit in draw_edits(few, tokenizer, "rename", "css", 8))
    assert longest <= few.blocks["css"][0].text.count("\n") + 1


def test_no_edit_is_longer_than_the_model_reads(
    pools: Pools, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(0)
    assert search_band(pools, tokenizer, rng, "rename", "python", BANDS[1], ()) is not None
    monkeypatch.setattr("specedit_lsp.training.quality_set.MOST_TOKENS", 10)
    assert search_band(pools, tokenizer, rng, "rename", "python", BANDS[1], ()) is None


def test_batches_are_made_without_held_out_text(pools: Pools, tokenizer: Tokenizer, tmp_path: Path) -> None:
    write_blocks(chain(*pools.blocks.values()), tmp_path / "train.jsonl")
    (tmp_path / "held_out.jsonl").write_text("whoever reads this fails")
    export_tokenizer(tokenizer, tmp_path / "tokenizer")
    with pytest.raises(json.JSONDecodeError):
        load_corpus(tmp_path, held_out=True)
    assert BatchMaker(tmp_path, seed=1).make_group(0, longest=200, batch_tokens=400, batches=2)
