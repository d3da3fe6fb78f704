"""Taking the replacement out of the fence it stands in, while it is being written."""

from __future__ import annotations

import re

from specedit_lsp.prompting.opening import OpeningFinder


class Unwrapper:
    """Hands on what stands inside the block that we, or else the model, opened with the line ``fence``.

    The block ends at a line of that many backticks or more, at column 0 and with nothing behind them.
    Held back is what may still become that line, with the end of the line before it.
    """

    def __init__(self, fence: str, selection: str, is_opened: bool = True) -> None:
        self._finder = OpeningFinder(fence, selection, is_opened)
        self._fence = ""
        self._held = ""
        self._is_first = True
        self.stopped = False
        """Whether the closing fence has come: nothing behind it belongs to the replacement."""

    def feed(self, text: str) -> str:
        """Return what is certain to belong to the replacement, now that ``text`` has come."""
        return self._read(text, ended=False)

    def finish(self) -> str:
        """Return the rest of the replacement; the model has written its last."""
        return self._read("", ended=True)

    def _read(self, text: str, ended: bool) -> str:
        if self.stopped:
            return ""
        self._held += text
        if not self._fence:
            opening = self._finder.find(self._held, ended)
            if opening is None:
                return ""
            self._fence = opening.fence
            # With a line's end in front of it, a fence looks the same on the first line as on any other.
            self._held = "\n" + self._held[opening.start :]
        body = self._take_body(ended)
        if body and self._is_first:
            self._is_first = False
            return body[1:]
        return body

    def _take_body(self, ended: bool) -> str:
        fence = rf"{re.escape(self._fence[0])}{{{len(self._fence)},}}[ \t\r]*"
        closing = re.search(rf"\n{fence}\n", self._held + "\n" * ended)
        if closing:
            self.stopped = True
            return self._held[: closing.start()]
        if ended:
            body, self._held = self._held.removesuffix("\n"), ""
            return body
        partial = re.search(rf"\n(?:{re.escape(self._fence[0])}*|{fence})\Z", self._held)
        safe = partial.start() if partial else len(self._held)
        body, self._held = self._held[:safe], self._held[safe:]
        return body
