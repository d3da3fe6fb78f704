"""What the doctor has to say of one thing that was looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    says: str
    """What was found."""
    advice: str = ""
    """What to do, where it is not as it should be or could be better."""
