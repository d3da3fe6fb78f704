"""What can be chosen about a run, and the sizes of model that have a name."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Plan:
    """Everything that decides what a run does, but for the corpus and the tokenizer."""

    width: int
    layers: int
    heads: int
    minutes: float = 90.0
    """Of training in all, over every part of a run that was cut off."""
    seed: int = 1
    batch_tokens: int = 3072
    """Of one process, padding included."""
    shortest: int = 96
    """Tokens of the longest example at the beginning."""
    longest: int = 1500
    """Tokens of the longest example from the middle of the run on."""
    muon_rate: float = 3e-3
    adam_rate: float = 2e-3
    save_minutes: float = 5.0
    check_minutes: float = 20.0


PLANS = {
    "mini": Plan(width=256, layers=6, heads=4),
    "nano": Plan(width=192, layers=3, heads=3, minutes=60.0, batch_tokens=1536, longest=1024),
    "mini-gpu": Plan(width=384, layers=9, heads=6, minutes=24.0, batch_tokens=65_536, check_minutes=8.0),
    "nano-gpu": Plan(width=192, layers=3, heads=3, minutes=4.0, batch_tokens=65_536, check_minutes=2.0),
}
"""Two sizes, each for two processor cores and for one data centre GPU. In fp16 a mini takes at most 40 MB, a
nano 6 MB."""


def choose_plan(name: str, **changes: float | int | None) -> Plan:
    """The named plan with those fields changed that are not None.

    Raises:
        ValueError: there is no plan of that name; the message lists those that there are.
    """
    if name not in PLANS:
        raise ValueError(f"no plan is called {name!r}; there are {', '.join(PLANS)}")
    return replace(PLANS[name], **{field: value for field, value in changes.items() if value is not None})  # type: ignore[arg-type]
