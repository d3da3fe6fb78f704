"""Edits made from others: blocks put under a header and taken out again, and rewrites left unnamed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from zlib import crc32

from specedit_lsp.evaluation.edit_sets import EditCase
from specedit_lsp.text.indentation import common_indent, guess_indent_unit


@dataclass(frozen=True, slots=True)
class Wrapping:
    """What may stand around a block. One more level of indentation is written as a tab."""

    header: str
    """Lines above the block."""
    footer: str = ""
    """Lines below it."""
    depth: int = 1
    """Levels that the block is moved in."""
    guard: str = ""
    """What the header becomes where the block is moved out but the condition stays: an early exit."""


_PYTHON = (
    Wrapping("if ready and not cancelled:", guard="if not ready or cancelled:\n\treturn"),
    Wrapping("if __debug__:", guard="if not __debug__:\n\treturn None"),
    Wrapping("for attempt in range(MAX_ATTEMPTS):"),
    Wrapping("while queue.pending():", guard="if not queue.pending():\n\treturn"),
    Wrapping("with self._lock, suppress(KeyError):"),
    Wrapping("try:", "except (OSError, ValueError) as error:\n\tlogger.warning('failed: %s', error)"),
    Wrapping("try:", "finally:\n\tconnection.close()"),
    Wrapping("if cache is None:\n\tpass\nelse:", guard="if cache is None:\n\treturn"),
    Wrapping("def run_once(options, *, verbose=False):"),
    Wrapping("async with session.begin() as transaction:"),
    Wrapping("match event.kind:\n\tcase Kind.UPDATE:", depth=2),
    Wrapping("class Namespace:"),
)
_BRACES = (
    Wrapping("if (ready && !cancelled) {", "}", guard="if (!ready || cancelled) {\n\treturn;\n}"),
    Wrapping("while (queue.size() > 0) {", "}", guard="if (queue.size() == 0) {\n\treturn;\n}"),
    Wrapping("if (cache == null) {\n\treturn;\n} else {", "}", guard="if (cache == null) {\n\treturn;\n}"),
)
_SCRIPT = (
    *_BRACES,
    Wrapping("for (const item of items) {", "}"),
    Wrapping("try {", "} catch (error) {\n\tconsole.warn(error);\n}"),
    Wrapping("await lock.run(async () => {", "});"),
)
_GO = (
    Wrapping("if err == nil {", "}", guard="if err != nil {\n\treturn err\n}"),
    Wrapping("for _, item := range items {", "}"),
    Wrapping("go func() {", "}()"),
)
_RUST = (
    Wrapping("if ready && !cancelled {", "}", guard="if !ready || cancelled {\n\treturn;\n}"),
    Wrapping("for item in &items {", "}"),
    Wrapping("match state {\n\tState::Ready => {", "\t}\n\t_ => {}\n}", depth=2),
)
WRAPPINGS: Mapping[str, tuple[Wrapping, ...]] = MappingProxyType(
    {
        "javascript": _SCRIPT,
        "javascriptreact": _SCRIPT,
        "typescript": _SCRIPT,
        "typescriptreact": _SCRIPT,
        "java": _BRACES,
        "c": _BRACES,
        "cpp": _BRACES,
        "csharp": _BRACES,
        "go": _GO,
        "rust": _RUST,
    }
)
"""By LSP language identifier; Python's for all others."""


def derive(kind: str, case: EditCase) -> EditCase:
    """Return an edit of this kind made from ``case``; the same one each time.

    ``hide-map`` keeps the texts and names no rewrite. The others use the text before only: ``wrap`` puts it
    under a header, ``unwrap`` takes it out again, ``dedent`` turns the header into an early exit.

    Raises:
        ValueError: there is no such kind; the message lists those that there are.
    """
    kinds: dict[str, Callable[[EditCase], EditCase]] = {
        "hide-map": _hide_map,
        "wrap": _wrap,
        "unwrap": _unwrap,
        "dedent": _dedent,
    }
    if kind not in kinds:
        raise ValueError(f"there is no kind {kind!r} of derived edits; there are {', '.join(kinds)}")
    return replace(kinds[kind](case), id=f"{case.id}/{kind}")


def _hide_map(case: EditCase) -> EditCase:
    hidden = "Follow the naming conventions of this project throughout. Keep everything else as it is."
    return replace(case, instruction=hidden)


def _wrap(case: EditCase) -> EditCase:
    wrapping = _choose(case, _wrappings(case))
    instruction = f"Wrap this code in {_quote(wrapping.header)}"
    if wrapping.footer:
        instruction += f" and end it with {_quote(wrapping.footer)}"
    return replace(case, instruction=instruction, after=_put_around(wrapping, case.before))


def _unwrap(case: EditCase) -> EditCase:
    wrapping = _choose(case, _wrappings(case))
    return replace(
        case,
        instruction=f"Remove the surrounding {_quote(wrapping.header)} and keep what is inside it",
        before=_put_around(wrapping, case.before),
        after=case.before,
    )


def _dedent(case: EditCase) -> EditCase:
    wrapping = _choose(case, tuple(wrapping for wrapping in _wrappings(case) if wrapping.guard))
    return replace(
        case,
        instruction=f"Replace {_quote(wrapping.header)} by {_quote(wrapping.guard)} and dedent what follows",
        before=_put_around(wrapping, case.before),
        after=_put_around(Wrapping(wrapping.guard, depth=0), case.before),
    )


def _quote(lines: str) -> str:
    return ", ".join(f"`{line.strip()}`" for line in lines.split("\n"))


def _wrappings(case: EditCase) -> tuple[Wrapping, ...]:
    return WRAPPINGS.get(case.language, _PYTHON)


def _choose(case: EditCase, wrappings: tuple[Wrapping, ...]) -> Wrapping:
    return wrappings[crc32(case.id.encode()) % len(wrappings)]


def _put_around(wrapping: Wrapping, block: str) -> str:
    """Return the block under the header; its blank lines stay as they are, its last line ends as it did."""
    unit = guess_indent_unit(block)
    lines = block.rstrip("\n").split("\n")
    outer = common_indent(lines)

    def write(text: str) -> list[str]:
        return [outer + line.replace("\t", unit) for line in text.split("\n")] if text else []

    inner = [unit * wrapping.depth + line if line.strip() else line for line in lines]
    end = block[len("\n".join(lines)) :]
    return "\n".join((*write(wrapping.header), *inner, *write(wrapping.footer))) + end
