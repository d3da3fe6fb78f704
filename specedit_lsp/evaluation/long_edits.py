"""Long edits: names changed throughout thousands of characters, in the middle of a long file.

What drafting costs on these is what it costs at most. How few forwards they take says little: nobody wrote
them.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import sysconfig
from collections import Counter
from keyword import kwlist
from pathlib import Path

from specedit_lsp.evaluation.edit_sets import EditCase
from specedit_lsp.text.lines import normalise_line_ends

SELECTION = 5000
"""Characters of a selection at least; it ends with the line."""
CONTEXT = 10_000
"""Characters on either side of it."""
_RENAMED = 2
_INSERTED = 4
"""Lines from elsewhere in the file."""
_NAME = re.compile(r"[a-z_]{4,}")
_NEVER = {*kwlist, "self"}
"""What nobody renames."""
_OFTEN = 5
"""Occurrences of a name that is worth renaming."""


def make_long_edit(name: str, text: str, language: str = "python") -> EditCase:
    """Return an edit of the middle of a file, the same one each time; its instruction names nothing.

    Raises:
        ValueError: the text is too short, or no name in its middle occurs often.
    """
    if len(text) < SELECTION + 2 * CONTEXT:
        raise ValueError(f"{name} is shorter than {SELECTION + 2 * CONTEXT} characters")
    chance = random.Random(name)
    start = text.rfind("\n", 0, chance.randrange(CONTEXT, len(text) - SELECTION - CONTEXT + 1)) + 1
    end = text.find("\n", start + SELECTION) + 1 or len(text)
    before = text[start:end]
    counts = Counter(word for word in _NAME.findall(before) if word not in _NEVER)
    renamed = [word for word, count in counts.most_common(_RENAMED) if count >= _OFTEN]
    if not renamed:
        raise ValueError(f"no name occurs {_OFTEN} times in the middle of {name}")
    after = before
    for word in renamed:
        after = re.sub(rf"\b{word}\b", chance.choice([f"my_{word}", f"{word}_new"]), after)
    lines, known = after.split("\n"), [line.strip() for line in text.split("\n") if line.strip()]
    for _ in range(_INSERTED):
        at = chance.randrange(len(lines))
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        lines.insert(at, indent + chance.choice(known))
    return EditCase(
        name,
        language,
        "Tidy this up.",
        before,
        "\n".join(lines),
        text[max(0, start - CONTEXT) : start],
        text[end : end + CONTEXT],
    )


def main() -> None:
    """Write an edit of each Python file on the command line that is long enough, one JSON object a line."""
    parser = argparse.ArgumentParser(prog="make_long_edits", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="Python files; the standard library by default")
    parser.add_argument("--out", type=Path, help="a file; standard output by default")
    options = parser.parse_args()
    paths: list[Path] = options.files or sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
    cases = []
    for path in paths:
        try:
            cases.append(make_long_edit(path.name, normalise_line_ends(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError) as error:
            if options.files:
                parser.error(str(error))
    lines = "".join(case.to_json() + "\n" for case in cases)
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(lines, encoding="utf-8")
    else:
        sys.stdout.write(lines)
    sys.stderr.write(f"{len(cases)} edits of {len(paths)} files\n")


if __name__ == "__main__":
    main()
