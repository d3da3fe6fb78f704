"""Sets of edits in JSON Lines: our own shape, VANTAGE's manifests and CanItEdit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from specedit_lsp.text.lines import normalise_line_ends


@dataclass(frozen=True, slots=True)
class EditCase:
    """One edit with its known answer. All line ends are ``\\n``."""

    id: str
    language: str
    """LSP language identifier."""
    instruction: str
    before: str
    """The selection."""
    after: str
    """What replaces it."""
    context_before: str = ""
    """Text in front of the selection."""
    context_after: str = ""
    """Text behind it."""

    def to_json(self) -> str:
        """Return this edit as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read_edit_set(path: Path, limit: int | None = None) -> list[EditCase]:
    """Return the edits of a file, or its first ``limit``.

    Raises:
        ValueError: the file cannot be read, a line of it is no edit in a known format, or there is none;
            the message names file, line and what is missing.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            cases = list(islice(_read_lines(path, lines), limit))
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 text: {error}") from error
    if not cases:
        raise ValueError(f"{path} holds no edits")
    return cases


def _read_lines(path: Path, lines: Iterator[str]) -> Iterator[EditCase]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _read_case(json.loads(line))
            except ValueError as error:
                raise ValueError(f"{path}, line {number}: {error}") from error


def _read_case(row: object) -> EditCase:
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    formats: tuple[tuple[tuple[str, ...], Callable[[Mapping[str, Any]], EditCase]], ...] = (
        (("id", "language", "instruction", "before", "after"), _read_plain),
        (("task_id", "prompt", "reference", "deterministic_target"), _read_vantage),
        (("id", "before", "after", "instruction_descriptive"), _read_canitedit),
    )
    for keys, read in formats:
        if row.keys() >= set(keys):
            return _check(read(row))
    missing = [key for key in formats[0][0] if key not in row]
    raise ValueError(
        f"no edit in a known format: it lacks {', '.join(missing)} (nor is it a line of VANTAGE or CanItEdit)"
    )


def _read_plain(row: Mapping[str, Any]) -> EditCase:
    return EditCase(
        id=str(row["id"]),
        language=row["language"],
        instruction=row["instruction"],
        before=row["before"],
        after=row["after"],
        context_before=row.get("context_before") or "",
        context_after=row.get("context_after") or "",
    )


def _read_vantage(row: Mapping[str, Any]) -> EditCase:
    """A line of a VANTAGE manifest: the instruction is what its prompt says above the code."""
    return EditCase(
        id=str(row["task_id"]),
        language="python",
        instruction=str(row["prompt"]).partition("```")[0].strip(),
        before=row["reference"],
        after=row["deterministic_target"],
    )


def _read_canitedit(row: Mapping[str, Any]) -> EditCase:
    """A line of CanItEdit (Cassano et al., 2023), with the longer one of its two instructions."""
    return EditCase(
        id=str(row["id"]),
        language="python",
        instruction=row["instruction_descriptive"],
        before=row["before"],
        after=row["after"],
    )


def _check(case: EditCase) -> EditCase:
    fields = asdict(case)
    wrong = [name for name, value in fields.items() if not isinstance(value, str)]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} must be text")
    blank = [name for name in ("instruction", "before") if not fields[name].strip()]
    if blank:
        raise ValueError(f"{' and '.join(blank)} must not be blank")
    return EditCase(**{name: normalise_line_ends(value) for name, value in fields.items()})
