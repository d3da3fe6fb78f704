"""A selection loses its blank lines and its indentation, and gets both back."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from specedit_lsp.prompting.output_filter import OutputFilter
from specedit_lsp.prompting.trimmed import trim_selection


@pytest.mark.parametrize(
    ("selection", "before", "core", "lead", "trail"),
    [
        ("    a\n      b\n", "", "a\n  b", "", "\n"),
        ("a\n      b\n", "x\n    ", "a\n  b", "", "\n"),
        ("f(\n    a\n)", "    x = ", "f(\n    a\n)", "", ""),
        ("\n  \n    a\n\n  ", "    ", "a", "\n  \n", "\n\n  "),
        ("a  ", "", "a  ", "", ""),
        ("\ta\n\t\tb", "", "a\n\tb", "", ""),
        ("  \n", "", "", "", "\n"),
    ],
)
def test_the_model_sees_the_core(selection: str, before: str, core: str, lead: str, trail: str) -> None:
    trimmed = trim_selection(selection, before)
    assert (trimmed.core, trimmed.lead, trimmed.trail) == (core, lead, trail)


@pytest.mark.parametrize(
    ("before", "written"), [("", "    a\n    b"), ("    ", "    a\n        b"), ("x = ", "a\nb")]
)
def test_what_is_written_into_blank_space_starts_where_it_ends(before: str, written: str) -> None:
    reindenter = trim_selection("    \n", before).new_reindenter()
    assert reindenter.feed("a\nb") + reindenter.finish() == written


def test_an_indent_in_front_of_blank_lines_is_not_the_first_lines() -> None:
    trimmed = trim_selection("\n    a\n    b\n", "        ")
    reindenter = trimmed.new_reindenter()
    assert (trimmed.core, trimmed.indent) == ("a\nb", "    ")
    assert reindenter.feed("c\nd") == "    c\n    d"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(selection=" \n  ", before="  ")
@given(
    selection=st.text(alphabet="ab \t\n\r\x0c", max_size=30), before=st.text(alphabet="a \t\n", max_size=6)
)
def test_the_parts_give_the_selection_back(selection: str, before: str) -> None:
    trimmed = trim_selection(selection, before)
    if not trimmed.core.strip():
        return
    reindenter = trimmed.new_reindenter()
    core = reindenter.feed(trimmed.core) + reindenter.finish()
    assert trimmed.lead + core + trimmed.trail == selection


@pytest.mark.parametrize(
    ("selection", "before", "answer"),
    [
        ("    a\n      b\n", "", "x\n\n  y\nz"),
        ("a\n      b\n", "x\n    ", "x\n  y"),
        ("f(\n    a\n)", "    x = ", "g(\n  b\n)"),
        ("\n  \n    a\n\n  ", "    ", "x\n  y"),
        ("\ta\n\t\tb", "", "x\n\ty"),
    ],
)
def test_a_beginning_of_the_replacement_tells_what_the_model_wrote(
    selection: str, before: str, answer: str
) -> None:
    trimmed = trim_selection(selection, before)
    output = OutputFilter(trimmed, "")
    replacement = output.feed(answer)
    assert trimmed.read_back(replacement) == answer


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    selection=st.text(alphabet="ab \t\n\r\x0c", max_size=30),
    before=st.text(alphabet="a \t\n", max_size=6),
    cut=st.integers(0, 30),
)
def test_wherever_the_selection_was_cut_off_it_is_read_back(selection: str, before: str, cut: int) -> None:
    trimmed = trim_selection(selection, before)
    begun = selection[: max(cut, len(trimmed.lead))]
    if trimmed.core.strip() and begun == begun.rstrip() and len(begun) > len(trimmed.lead):
        assert trimmed.core.startswith(trimmed.read_back(begun))


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_any_beginning_can_be_read_back(selection: str, before: str, begun: str) -> None:
    trim_selection(selection, before).read_back(begun)
