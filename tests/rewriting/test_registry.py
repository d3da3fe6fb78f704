"""Regions belong to one rewrite at a time."""

from __future__ import annotations

import pytest

from specedit_lsp.rewriting.registry import JobRegistry, RegionBusy
from specedit_lsp.text.positions import Position, Range


def lines(first: int, last: int) -> Range:
    return Range(Position(first, 0), Position(last, 0))


@pytest.mark.parametrize(("first", "last"), [(0, 4), (0, 5), (4, 6), (9, 12), (10, 12), (0, 20), (5, 6)])
def test_overlapping_and_touching_regions_are_refused(first: int, last: int) -> None:
    registry = JobRegistry()
    with (
        registry.claim("file:///a", lines(4, 10)) as job,
        pytest.raises(RegionBusy, match=f"{job.job_id} is still working on lines 5 to 11"),
        registry.claim("file:///a", lines(first, last)),
    ):
        pass


def test_other_places_and_other_documents_are_free() -> None:
    registry = JobRegistry()
    with (
        registry.claim("file:///a", lines(4, 10)) as one,
        registry.claim("file:///a", lines(11, 12)) as two,
        registry.claim("file:///b", lines(4, 10)) as three,
    ):
        assert len({one.job_id, two.job_id, three.job_id}) == len(registry) == 3
    assert len(registry) == 0


def test_a_region_is_free_again_after_a_failure() -> None:
    registry = JobRegistry()
    with pytest.raises(KeyError), registry.claim("file:///a", lines(1, 2)):
        raise KeyError
    with registry.claim("file:///a", lines(1, 2)):
        assert len(registry) == 1
