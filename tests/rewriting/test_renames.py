"""What an editor may rename by itself is read from the instruction."""

from __future__ import annotations

import pytest

from specedit_lsp.rewriting.renames import MOST, Rename, find_renames

CODE = '''\
def area(self, width):
    """Return the area of a width."""  # width
    self.width = width
    return self.width * self.height
'''


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ("rename width to breadth", [("width", "breadth", CODE.index("width)"))]),
        ("Please rename the parameter `width` to `breadth`.", [("width", "breadth", CODE.index("width)"))]),
        ("call width breadth instead", [("width", "breadth", CODE.index("width)"))]),
        ("rename self.width to self.breadth", [("width", "breadth", CODE.index("width = width"))]),
        ("rename height to depth", [("height", "depth", CODE.index("height"))]),
        (
            "rename width to breadth and height to depth",
            [("width", "breadth", CODE.index("width)")), ("height", "depth", CODE.index("height"))],
        ),
        ("rename absent to missing", []),
        ("replace * with +", []),
        ("rename Return to Give", []),
        ("add type hints", []),
        ("do not rename width to breadth", []),
        ("rename width to width", []),
    ],
)
def test_names_are_found_where_they_are_code(instruction: str, expected: list[tuple[str, str, int]]) -> None:
    assert find_renames(instruction, CODE) == tuple(Rename(at, old, new) for old, new, at in expected)


def test_an_editor_is_asked_for_a_few_names_only() -> None:
    names = [f"name{number}" for number in range(2 * MOST)]
    instruction = "rename " + ", ".join(f"{name} to new_{name}" for name in names)
    assert len(find_renames(instruction, " + ".join(names))) == MOST
