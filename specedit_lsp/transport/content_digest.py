"""How a worker sees that an order arrived as it left: ``Content-Digest`` (RFC 9530).

The answer has a hash of its own, in its last line. Without one of the order, one bit that changes on the way
makes it another order, whose answer is whole and right, and not what the user asked for.
"""

from __future__ import annotations

import base64
import hashlib

HEADER = "Content-Digest"
_ALGORITHM = "sha-256"


def describe_content(body: bytes) -> str:
    """Return the header's value for a body."""
    return f"{_ALGORITHM}=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def is_intact(body: bytes, told: str | None) -> bool:
    """Whether a body is what the header says; without one, or one by other algorithms, nothing is known."""
    return told is None or not told.startswith(f"{_ALGORITHM}=") or told == describe_content(body)
