"""Regions belong to one rewrite at a time."""

from __future__ import annotations

import pytest

from specedit_lsp.rewriting.registry import JobRegistry, RegionBusy
from specedit_lsp.rewriting.tracked_region import TrackedRegion
from specedit_lsp.text.line_edits import TextChange
from specedit_lsp.text.spans import Span

TEXT = "x" * 30


def regions(*edges: tuple[int, int]) -> list[TrackedRegion]:
    return [TrackedRegion(Span(start, end), TEXT) for start, end in edges]


def ignore() -> None:
    """What to do when such a rewrite is to stop."""


@pytest.mark.parametrize(("start", "end"), [(0, 4), (0, 5), (4, 6), (9, 12), (10, 12), (0, 20), (5, 6)])
def test_overlapping_and_touching_regions_are_refused(start: int, end: int) -> None:
    registry = JobRegistry()
    with registry.claim("file:///a", "one", regions((25, 28), (4, 10)), ignore) as job:
        with (
            pytest.raises(RegionBusy) as busy,
            registry.claim("file:///a", "two", regions((start, end)), ignore),
        ):
            pass
        assert busy.value.other is job
        assert busy.value.region.span == Span(4, 10)


def test_other_places_and_other_documents_are_free() -> None:
    registry = JobRegistry()
    with (
        registry.claim("file:///a", "one", regions((4, 10)), ignore) as one,
        registry.claim("file:///a", "two", regions((11, 12)), ignore) as two,
        registry.claim("file:///b", "three", regions((4, 10)), ignore) as three,
    ):
        assert len({one.job_id, two.job_id, three.job_id}) == len(registry) == 3
    assert len(registry) == 0


def test_regions_are_owned_where_typing_has_moved_them() -> None:
    registry = JobRegistry()
    [tracked] = regions((4, 10))
    with registry.claim("file:///a", "one", [tracked], ignore):
        tracked.hear(TextChange(0, 0, "y" * 10), "y" * 10 + TEXT)
        with registry.claim("file:///a", "where it was", regions((4, 10)), ignore):
            pass
        with pytest.raises(RegionBusy), registry.claim("file:///a", "where it is", regions((15, 16)), ignore):
            pass


def test_a_region_is_free_again_after_a_failure() -> None:
    registry = JobRegistry()
    with pytest.raises(KeyError), registry.claim("file:///a", "one", regions((1, 2)), ignore):
        raise KeyError
    with registry.claim("file:///a", "two", regions((1, 2)), ignore):
        assert len(registry) == 1


def test_a_rewrite_is_stopped_by_its_id_as_long_as_it_runs() -> None:
    registry, stopped = JobRegistry(), []
    with (
        registry.claim("file:///a", "one", regions((1, 2)), lambda: stopped.append("one")) as one,
        registry.claim("file:///b", "two", regions((1, 2)), lambda: stopped.append("two")),
    ):
        assert registry.of_document("file:///a") == [one]
        registry.stop(one.job_id)
        registry.stop("nobody")
    registry.stop(one.job_id)
    assert stopped == ["one"]
