"""Line edits over a text while its replacement is still being written.

Both texts are taken as contents between line ends, so `"a\\nb\\n"` has three: `a`, `b` and nothing. Gaining
or losing a final line end is then an ordinary insertion or deletion of that last, empty content. Which output
line belongs to which original line is `LineAligner`'s part, where the algorithm and its source are described;
here its steps become changes. The time is linear in the length of both texts, and a change leaves as soon as
it is certain, at most eight lines late.
"""

from specedit_lsp.text.line_alignment import LineAligner, Step
from specedit_lsp.text.line_edits import TextChange
from specedit_lsp.text.lines import Lines, dominant_line_end, strip_line_end


class StreamingDiff:
    """Turns verified text, arriving in any pieces, into changes over the original.

    All changes of a stream together are monotone and disjoint, in offsets (code points) of the original.
    After any of them the text is whole lines of the new text, then the untouched rest of the original; after
    the last, the new text. Unchanged lines are never sent and keep their line ends; new lines get `line_end`,
    by default the original's dominant one.

    Where line ends are mixed, a lone `\\r` that comes to stand in front of a `\\n` would become one line end
    with it. To keep lines apart, new lines never end in `\\r` where the original has any `\\n`, and an empty
    line behind a `\\r` gets `\\r\\n`. The same goes for the edges, given what stands around the original.
    """

    def __init__(
        self, original: str, line_end: str | None = None, *, before: str = "", after: str = ""
    ) -> None:
        self._original = original
        self._reached = 0
        self._front = before[-1:]
        """What stands in the new text in front of what is replaced next, if that begins at ``reached``."""
        self._precedes_newline = after.startswith("\n")
        self._line_end = _choose_line_end(original, line_end)
        self._lines = Lines(original)
        self._contents = [strip_line_end(self._lines.line(number)) for number in range(self._lines.count)]
        self._aligner = LineAligner(self._contents)
        self._unfinished: list[str] = []
        self._column = 0
        self._is_finished = False

    def feed(self, text: str) -> list[TextChange]:
        """The changes that more new text makes certain; often none. Line ends in `text` are `\\n` alone.

        Raises ValueError after `finish`.
        """
        self._check_open()
        first, *others = text.split("\n")
        self._unfinished.append(first)
        steps: list[Step] = []
        for content in others:
            steps += self._add_line()
            self._unfinished.append(content)
        return self._make_changes(steps)

    def finish(self) -> list[TextChange]:
        """The remaining changes: the new text is complete. Raises ValueError when called again."""
        self._check_open()
        self._is_finished = True
        *steps, last = self._add_line() + self._aligner.finish()
        if not last.line:  # it goes with what is deleted behind it: without a line end it has nothing to keep
            last = last._replace(kept=last.kept and last.column == len(self._contents))
        return self._make_changes([*steps, last])

    def _check_open(self) -> None:
        if self._is_finished:
            raise ValueError("the new text is already complete")

    def _add_line(self) -> list[Step]:
        line = "".join(self._unfinished)
        self._unfinished.clear()
        return self._aligner.add(line)

    def _make_changes(self, steps: list[Step]) -> list[TextChange]:
        changes: list[TextChange | None] = []
        new: list[str] = []
        first = last = self._column
        for step in steps:
            if step.kept:
                changes.append(self._replace_lines(first, step.column - 1, new))
                first, new = step.column, []
            else:
                new.append(step.line)
            last = step.column
        self._column = len(self._contents) if self._is_finished else last
        changes.append(self._replace_lines(first, self._column, new))
        return [change for change in changes if change]

    def _replace_lines(self, first: int, last: int, new: list[str]) -> TextChange | None:
        """The change that puts `new` in the place of the original's lines `first` to `last`, exclusive."""
        while new and first < last and new[-1] == self._contents[last - 1]:
            last, new = last - 1, new[:-1]
        if first == last and not new:
            return None
        size = len(self._original)
        if last < len(self._contents):
            text = "".join(line + self._line_end for line in new)
            return self._change(self._lines.start(first), self._lines.start(last), text)
        if first == last:
            return self._change(size, size, "".join(self._line_end + line for line in new))
        if not new:  # the line before becomes the last one, which has no line end
            return self._change(self._lines.end(first - 1), size, "")
        return self._change(self._lines.start(first), size, self._line_end.join(new))

    def _change(self, start: int, end: int, text: str) -> TextChange:
        front = self._front if start == self._reached else self._original[start - 1 : start]
        behind = text or self._original[end : end + 1]
        if front == "\r" and behind.startswith("\n"):
            text = "\r" + text
        at_end = end == len(self._original)
        if at_end and self._precedes_newline and (text or front).endswith("\r"):
            text += "\n"
        self._reached, self._front = end, (text or front)[-1:]
        return TextChange(start, end, text)


def _choose_line_end(original: str, line_end: str | None) -> str:
    wanted = dominant_line_end(original) if line_end is None else line_end
    if wanted == "\r" and "\n" in original:
        return "\r\n" if "\r\n" in original else "\n"
    return wanted
