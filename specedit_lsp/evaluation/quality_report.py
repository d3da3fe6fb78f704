"""The figures of a quality measurement, by kind of edit, language and length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from specedit_lsp.evaluation.quality import Score
from specedit_lsp.evaluation.quality_subject import Subject


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of the edits of one group. All are counts."""

    name: str
    edits: int
    exact: int
    near: int
    refused: int
    checked: int
    """Answers whose syntax could be judged."""
    sound: int
    """Those without a syntax error."""
    untouched: int
    """Lines that should stay as they are."""
    kept: int
    """Those that did."""

    @classmethod
    def of(cls, name: str, scores: Iterable[Score]) -> Figures:
        """Return the figures of some edits."""
        group = list(scores)
        return cls(
            name=name,
            edits=len(group),
            exact=sum(score.exact for score in group),
            near=sum(score.near for score in group),
            refused=sum(score.answer.refusal is not None for score in group),
            checked=sum(score.sound is not None for score in group),
            sound=sum(score.sound is True for score in group),
            untouched=sum(score.untouched for score in group),
            kept=sum(score.kept for score in group),
        )


@dataclass(frozen=True, slots=True)
class KindFigures:
    """One kind of edit in Python, in all other languages, and in all."""

    python: Figures
    others: Figures
    all: Figures


@dataclass(frozen=True, slots=True)
class QualityReport:
    """All figures of one measurement."""

    subject: Subject
    groups: tuple[Figures, ...]
    """All edits first; then Python and the other languages, and each band of lengths."""
    languages: tuple[Figures, ...]
    kinds: tuple[KindFigures, ...]
    refusals: dict[str, int]
    """How many edits were refused, by reason."""
    seconds_per_edit: float

    @property
    def edits(self) -> int:
        """How many edits were measured."""
        return self.groups[0].edits

    @classmethod
    def of(cls, subject: Subject, scores: Sequence[Score]) -> QualityReport:
        """Return the figures of all ``scores``, of which there is at least one."""
        bands = sorted({score.edit.band for score in scores}, key=lambda band: int(band.partition("-")[0]))
        languages = dict.fromkeys(score.edit.language for score in scores)
        kinds = dict.fromkeys(score.edit.kind for score in scores)
        refusals = Counter(score.answer.refusal.value for score in scores if score.answer.refusal)
        everything = _split_languages("all edits", scores)
        return cls(
            subject=subject,
            groups=(
                everything.all,
                everything.python,
                everything.others,
                *(Figures.of(f"{band} lines", _having(scores, band=band)) for band in bands),
            ),
            languages=tuple(Figures.of(name, _having(scores, language=name)) for name in languages),
            kinds=tuple(_split_languages(kind, _having(scores, kind=kind)) for kind in kinds),
            refusals=dict(refusals.most_common()),
            seconds_per_edit=sum(score.answer.seconds for score in scores) / len(scores),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the figures as a JSON object."""
        return {
            **asdict(self.subject),
            "edits": self.edits,
            "groups": [asdict(figures) for figures in self.groups],
            "languages": [asdict(figures) for figures in self.languages],
            "kinds": [asdict(kind) for kind in self.kinds],
            "refusals": self.refusals,
            "seconds_per_edit": round(self.seconds_per_edit, 4),
        }


def _having(scores: Iterable[Score], **fields: str) -> list[Score]:
    return [
        score for score in scores if all(getattr(score.edit, name) == value for name, value in fields.items())
    ]


def _split_languages(name: str, scores: Sequence[Score]) -> KindFigures:
    return KindFigures(
        python=Figures.of("Python", (score for score in scores if score.edit.language == "python")),
        others=Figures.of("other languages", (score for score in scores if score.edit.language != "python")),
        all=Figures.of(name, scores),
    )
