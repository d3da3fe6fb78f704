"""The edits that a model's quality is measured on, and choosing some of them."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

BUNDLED_SET = Path(__file__).parents[1] / "bundled" / "quality-set.jsonl.gz"
"""Drawn by `scripts/train_mini quality-set` from projects that nothing was trained on."""


@dataclass(frozen=True, slots=True)
class QualityEdit:
    """One edit with the only answer that counts as right. All line ends are ``\\n``."""

    id: str
    kind: str
    """What sort of edit it is, such as ``rename``."""
    language: str
    instruction: str
    before: str
    """The selection."""
    after: str
    """What replaces it."""
    lines: int
    """Of ``before``."""
    band: str
    """The fewest and most lines of the edits it is counted with, such as ``6-20``."""
    project: str
    """Where ``before`` is from."""


def read_quality_set(path: Path = BUNDLED_SET) -> list[QualityEdit]:
    """Return the edits of a file in JSON Lines, gzipped or not.

    Raises:
        ValueError: the file cannot be read, a line of it is no such edit, or there is none; the message names
            file, line and what is wrong.
    """
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    except OSError as error:  # what is no gzip file is one, too
        raise ValueError(f"{path} cannot be read: {error.strerror or error}") from error
    except (EOFError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    edits = list(_read_lines(path, text))
    if not edits:
        raise ValueError(f"{path} holds no edits")
    return edits


def choose_edits(
    edits: Sequence[QualityEdit],
    kinds: Collection[str] = (),
    languages: Collection[str] = (),
    limit: int | None = None,
) -> list[QualityEdit]:
    """Return the edits of these kinds and languages, all of them if none is named.

    With ``limit`` that many are taken from all over the set, always the same ones.

    Raises:
        ValueError: no edit has a kind or language that was named, or none has both.
    """
    _refuse_unknown("kind", kinds, {edit.kind for edit in edits})
    _refuse_unknown("language", languages, {edit.language for edit in edits})
    chosen = [
        edit
        for edit in edits
        if (not kinds or edit.kind in kinds) and (not languages or edit.language in languages)
    ]
    if not chosen:
        raise ValueError("no edit of the set has one of these kinds and one of these languages")
    if limit is None or limit >= len(chosen):
        return chosen
    # By lot rather than every so many: kinds and lengths follow each other regularly.
    return [chosen[number] for number in sorted(random.Random(0).sample(range(len(chosen)), limit))]


def _read_lines(path: Path, text: str) -> Iterator[QualityEdit]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield _read_edit(json.loads(line))
            except ValueError as error:
                raise ValueError(f"{path}, line {number}: {error}") from error


def _read_edit(row: object) -> QualityEdit:
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    types = {field.name: int if field.name == "lines" else str for field in fields(QualityEdit)}
    if missing := [name for name in types if name not in row]:
        raise ValueError(f"the edit lacks {', '.join(missing)}")
    for name, kind in types.items():
        if not isinstance(row[name], kind):
            raise ValueError(f"{name} must be {'a number' if kind is int else 'text'}")
    return QualityEdit(**{name: row[name] for name in types})


def _refuse_unknown(what: str, named: Collection[str], known: Collection[str]) -> None:
    if unknown := [name for name in named if name not in known]:
        raise ValueError(f"no edit has the {what} {unknown[0]!r}; there are {', '.join(sorted(known))}")
