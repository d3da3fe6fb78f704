"""Whatever arrives in whatever pieces, the changes are legal at every moment and right at the end."""

from collections.abc import Iterable
from unittest.mock import patch

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from specedit_lsp.text.line_edits import TextChange, apply_changes
from specedit_lsp.text.lines import dominant_line_end, line_end, normalise_line_ends, split_lines
from specedit_lsp.text.spans import splits_line_end
from specedit_lsp.text.streaming_diff import StreamingDiff

contents = st.sampled_from(
    [
        "",
        "",
        "}",
        "    ",
        "\tx",
        "a = 1",
        "user = find(user_id)",
        "user = find(account_id)",
        "return None",
        "😀",
        "é\f",
    ]
)
ends = st.sampled_from(["\n", "\n", "\r\n", "\r"])


@st.composite
def originals(draw: st.DrawFn) -> str:
    end = draw(st.one_of(st.none(), ends))
    lines = draw(st.lists(contents, max_size=14))
    text = "".join(line + (end or draw(ends)) for line in lines)
    return text + draw(st.sampled_from(["", "", "}", "a = 1", "last one"]))


@st.composite
def rewrites(draw: st.DrawFn) -> tuple[str, str]:
    """An original, and a new text made from it by a few line operations, or from nothing."""
    original = draw(originals())
    if draw(st.integers(0, 4)) == 0:
        return original, normalise_line_ends(draw(originals()))
    lines = normalise_line_ends(original).split("\n")
    for _ in range(draw(st.integers(0, 4))):
        at, length = draw(st.integers(0, len(lines))), draw(st.integers(0, 3))
        lines[at : at + length] = draw(st.lists(contents, max_size=3))
    return original, "\n".join(lines)


chunk_sizes = st.lists(st.integers(0, 12), max_size=25)


def stream(
    original: str, new: str, sizes: Iterable[int] = (), line_end: str | None = None
) -> list[tuple[str, list[TextChange]]]:
    """Feed `new` in pieces: what had been fed and the changes that came of it, for each piece and the end."""
    diff = StreamingDiff(original, line_end)
    heard, answers = 0, []
    for size in sizes:
        answers.append((new[: heard + size], diff.feed(new[heard : heard + size])))
        heard += size
    answers.append((new, diff.feed(new[heard:])))
    answers.append((new, diff.finish()))
    return answers


def collect(answers: list[tuple[str, list[TextChange]]]) -> list[TextChange]:
    return [change for _, changes in answers for change in changes]


def by_line(original: str, new: str) -> list[TextChange]:
    """The changes where each output line arrives by itself, the hardest case for looking ahead."""
    return collect(stream(original, new, [len(line) for line in split_lines(new)]))


def count_new_lines(changes: list[TextChange]) -> int:
    return sum(len(split_lines(change.text)) for change in changes)


@settings(max_examples=400)
@given(rewrites(), chunk_sizes)
@example(("a\rx\n\nb", "a\n"), [])
@example(("a\rb\n", "a\n\nb\n"), [])
@example(("a\rb\r\n\nc", "a\n\nc"), [1, 1, 1])
def test_the_end_is_the_new_text(rewrite: tuple[str, str], sizes: list[int]) -> None:
    original, new = rewrite
    result = apply_changes(original, collect(stream(original, new, sizes)))
    assert normalise_line_ends(result) == new


@given(rewrites(), st.floats(0, 2), st.floats(0, 1), st.floats(0.01, 1))
def test_prices_decide_how_much_is_sent_but_never_the_result(
    rewrite: tuple[str, str], opening: float, extension: float, weight: float
) -> None:
    original, new = rewrite
    module = "specedit_lsp.text.line_alignment"
    with (
        patch(f"{module}._price_gap", lambda lines: opening + extension * lines if lines else 0.0),
        patch(f"{module}.weigh_line", lambda line: weight if line else 0.01),
    ):
        changes = by_line(original, new)
    assert normalise_line_ends(apply_changes(original, changes)) == new


@settings(max_examples=400)
@given(rewrites(), chunk_sizes)
def test_after_every_change_there_is_new_text_then_the_untouched_rest(
    rewrite: tuple[str, str], sizes: list[int]
) -> None:
    original, new = rewrite
    sent: list[TextChange] = []
    for heard, changes in stream(original, new, sizes):
        for change in changes:
            sent.append(change)
            now = normalise_line_ends(apply_changes(original, sent))
            rest = normalise_line_ends(original[change.end :])
            written = now.removesuffix(rest)
            assert written + rest == now
            assert heard.startswith(written)
            assert written[-1:] in ("", "\n") or heard[len(written) :][:1] in ("", "\n")


@given(rewrites())
def test_a_line_counts_when_it_is_complete(rewrite: tuple[str, str]) -> None:
    original, new = rewrite
    assert collect(stream(original, new, [1] * len(new))) == by_line(original, new)


@given(originals(), chunk_sizes)
def test_the_same_text_changes_nothing(original: str, sizes: list[int]) -> None:
    assert collect(stream(original, normalise_line_ends(original), sizes)) == []


@given(rewrites(), st.sampled_from(["\n", "\r\n"]))
def test_every_line_end_is_an_old_one_or_the_one_asked_for(rewrite: tuple[str, str], end: str) -> None:
    original, new = rewrite
    for change in collect(stream(original, new, line_end=end)):
        apart = "\r" if change.text.startswith("\r") and not change.text.startswith("\r\n") else ""
        assert {line_end(line) for line in split_lines(change.text.removeprefix(apart))} <= {end, "", "\r\n"}


@given(st.lists(contents, min_size=1), st.lists(contents, min_size=1), st.sampled_from(["\n", "\r\n", "\r"]))
def test_a_document_of_one_line_end_keeps_to_it(old: list[str], new: list[str], end: str) -> None:
    original = "".join(line + end for line in old)
    result = apply_changes(original, collect(stream(original, "".join(line + "\n" for line in new))))
    assert result == "".join(line + end for line in new)
    assert dominant_line_end(original) == end


# --- how little is sent -----------------------------------------------------------------------------------

NAMES = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]
PROGRAM = [
    line for name in NAMES for line in (f"{name} = compute_{name}(source)", f"check_{name}(window)", "")
]


def join(lines: list[str]) -> str:
    return "".join(line + "\n" for line in lines)


@given(st.data())
def test_renamed_lines_are_replaced_one_for_one(data: st.DataObject) -> None:
    chosen = data.draw(st.sets(st.integers(0, len(PROGRAM) - 1).filter(lambda at: bool(PROGRAM[at]))))
    new = [line.replace("(", "(renamed.") if at in chosen else line for at, line in enumerate(PROGRAM)]
    changes = by_line(join(PROGRAM), join(new))
    assert apply_changes(join(PROGRAM), changes) == join(new)
    assert count_new_lines(changes) == len(chosen)


@given(st.integers(0, len(PROGRAM)), st.integers(1, 12))
def test_an_inserted_block_is_all_that_is_sent(at: int, size: int) -> None:
    block = [f"brand_new_statement_{number}.run()" for number in range(size)]
    changes = by_line(join(PROGRAM), join(PROGRAM[:at] + block + PROGRAM[at:]))
    assert "".join(change.text for change in changes) == join(block)
    assert {(change.start, change.end) for change in changes} == {(len(join(PROGRAM[:at])),) * 2}


@given(st.integers(0, len(PROGRAM)), st.integers(1, len(PROGRAM)))
def test_a_deleted_block_sends_nothing(at: int, size: int) -> None:
    changes = by_line(join(PROGRAM), join(PROGRAM[:at] + PROGRAM[at + size :]))
    assert count_new_lines(changes) == 0
    assert sum(change.end - change.start for change in changes) == len(join(PROGRAM[at : at + size]))


def test_a_deleted_block_of_hundreds_of_lines_sends_nothing() -> None:
    lines = [f"statement_{number}(of, many)" for number in range(500)]
    changes = by_line(join(lines), join(lines[:3] + lines[440:]))
    assert changes == [TextChange(len(join(lines[:3])), len(join(lines[:440])), "")]


@given(
    st.lists(st.integers(0, 30), unique=True, max_size=25),
    st.lists(st.integers(0, 30), unique=True, max_size=25),
)
def test_never_more_than_all_new_lines_and_never_a_kept_place(old: list[int], new: list[int]) -> None:
    original, rewritten = (join([f"statement_{n}(of, many)" for n in numbers]) for numbers in (old, new))
    changes = by_line(original, rewritten)
    assert count_new_lines(changes) <= len(new)
    for change in changes:
        removed = split_lines(original[change.start : change.end])
        added = split_lines(change.text)
        assert not (removed and added) or (removed[0] != added[0] and removed[-1] != added[-1])


# --- examples ---------------------------------------------------------------------------------------------


def test_two_renames_in_ten_lines_are_two_changes_of_one_line() -> None:
    original = [f"value_{number} = load(user, {number})" for number in range(10)]
    new = [line.replace("user", "account") if at in (1, 6) else line for at, line in enumerate(original)]
    starts = [len(join(original[:at])) for at in range(11)]
    assert by_line(join(original), join(new)) == [
        TextChange(starts[1], starts[2], new[1] + "\n"),
        TextChange(starts[6], starts[7], new[6] + "\n"),
    ]


def test_a_line_like_the_next_one_is_inserted_in_front_of_it() -> None:
    assert by_line("print(b)\n", "print(a)\nprint(b)\n") == [TextChange(0, 0, "print(a)\n")]


def test_a_changed_line_is_replaced_before_the_text_ends() -> None:
    original = "first = load(user)\nsecond = load(other)\nthird = load(more)\n"
    diff = StreamingDiff(original)
    assert diff.feed("first = load(account)\n") == []
    assert diff.feed("second = load(other)\n") == [TextChange(0, 19, "first = load(account)\n")]


def test_unlike_anything_is_sent_at_once() -> None:
    assert StreamingDiff("a = 1\n").feed("import os, sys\n") == [TextChange(0, 0, "import os, sys\n")]


def test_no_line_waits_for_more_than_eight_others() -> None:
    original = [f"statement_{number}(of, many)" for number in range(30)]
    new = ["statement_20(of, many)", *(f"def unrelated_{number}:" for number in range(8))]
    diff = StreamingDiff(join(original))
    assert any(diff.feed(line + "\n") for line in new)


def test_lines_of_signs_do_not_jump_ahead() -> None:
    signs = ["    )", "}", ""]
    original = [*(f"statement_{number}(of, many)" for number in range(30)), *signs, "end"]
    new = ["import os, sys", *signs, "import re, ast"]
    changes = by_line(join(original), join(new + original))
    assert "".join(change.text for change in changes) == join(new)
    assert {(change.start, change.end) for change in changes} == {(0, 0)}


def test_a_blank_line_in_a_new_block_holds_nothing_up() -> None:
    diff = StreamingDiff("a = 1\nb = 2\n\nc = 3\n")
    heard = ["import os, sys\n", "\n", "import re, ast\n"]
    assert "".join(change.text for line in heard for change in diff.feed(line)) == "".join(heard)


def test_a_deleted_block_in_front_of_lines_that_recur_leaves_them_alone() -> None:
    blocks = [[f"if some_condition_{number}:", f"    act_{number}(now)", "}", ""] for number in range(8)]
    lines = [line for block in blocks for line in block]
    assert by_line(join(lines), join(lines[:8] + lines[22:])) == [
        TextChange(len(join(lines[:8])), len(join(lines[:22])), "")
    ]


def test_a_deleted_block_in_front_of_a_blank_line_leaves_the_blank_line_alone() -> None:
    original = ["one = first(of)", "two = second(of)", "", "three = third(of)", "four = fourth(of)"]
    assert by_line(join(original), join(original[2:])) == [TextChange(0, len(join(original[:2])), "")]


@pytest.mark.parametrize(
    ("original", "new", "changes"),
    [
        ("", "", []),
        ("", "x", [TextChange(0, 0, "x")]),
        ("", "x\n", [TextChange(0, 0, "x\n")]),
        ("x", "", [TextChange(0, 1, "")]),
        ("x\ny\n", "", [TextChange(0, 4, "")]),
        ("a\nb", "a\nb\n", [TextChange(3, 3, "\n")]),
        ("a\nb\n", "a\nb", [TextChange(3, 4, "")]),
        ("a\nb", "a\nb\nc", [TextChange(3, 3, "\nc")]),
        ("a\nb\nc", "a\nb", [TextChange(3, 5, "")]),
        ("a\nb\nc", "a", [TextChange(1, 5, "")]),
        ("a\r\nb", "a\nb\nc", [TextChange(4, 4, "\r\nc")]),
        ("a\r\nb\r\n", "a\n😀\nb\n", [TextChange(3, 3, "😀\r\n")]),
        ("a\rb\r", "a\nx\nb\n", [TextChange(2, 2, "x\r")]),
        ("a\rb\rc\n", "a\n\nb\nc\n", [TextChange(2, 2, "\r\n")]),
    ],
)
def test_ends_of_regions(original: str, new: str, changes: list[TextChange]) -> None:
    assert collect(stream(original, new)) == changes


def test_a_given_line_end_serves_where_the_region_has_none() -> None:
    assert collect(stream("a", "a\nb", line_end="\r\n")) == [TextChange(1, 1, "\r\nb")]


def test_nothing_comes_after_the_end() -> None:
    diff = StreamingDiff("a")
    diff.finish()
    with pytest.raises(ValueError, match="already complete"):
        diff.feed("b")
    with pytest.raises(ValueError, match="already complete"):
        diff.finish()


@given(
    before=st.sampled_from(["", "x\n", "x\r", "x\r\n", "x"]),
    original=st.text("ab\r\n", max_size=10),
    after=st.sampled_from(["", "\n", "\r\n", "\r", "y"]),
    new=st.text("ab\n", max_size=8),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_line_ends_at_the_edges_stay_apart(
    before: str, original: str, after: str, new: str, line_end: str
) -> None:
    whole = before + original + after
    assume(not any(splits_line_end(whole, edge) for edge in (len(before), len(before + original))))
    diff = StreamingDiff(original, line_end, before=before, after=after)
    changes = diff.feed(new) + diff.finish()
    around = [normalise_line_ends(text) for text in (before, after)]
    result = before + apply_changes(original, changes) + after
    assert normalise_line_ends(result) == around[0] + new + around[1]
