"""A worker that is not ours cannot make a terminal obey it."""

from __future__ import annotations

import json

import pytest

from specedit_lsp.transport.messages import EVENT, MOST_WORDS, Failed, Reason, WorkerState, WorkerStatus

NASTY = "\x1b]0;title\x07\x1b[2J\x9b31mred\u202e\r\b\x00 words\nmore"


def test_its_words_obey_no_terminal() -> None:
    event = EVENT.validate_json(
        f'{{"kind": "failed", "reason": "internalError", "message": {json.dumps(NASTY)}}}'
    )
    status = WorkerStatus(state=WorkerState.FAILED, message=NASTY, model=NASTY, device=NASTY, version=NASTY)
    assert isinstance(event, Failed)
    for words in (event.message, status.message, status.model, status.device, status.version):
        assert all(character.isprintable() or character == "\n" for character in words)
        assert words.endswith(" words\nmore")


@pytest.mark.parametrize("length", [MOST_WORDS - 1, MOST_WORDS, MOST_WORDS + 1])
def test_its_words_come_to_an_end(length: int) -> None:
    failed = Failed(reason=Reason.INTERNAL_ERROR, message="x" * length)
    assert len(failed.message) == min(length, MOST_WORDS)
