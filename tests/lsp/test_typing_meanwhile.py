"""Whatever the user does while a rewrite streams, nothing is lost: stories by the thousand, all checked.

A model of an editor keeps its own buffer, does what the real server asks and reports its changes, exactly
or roughly, at once or late. Its user types, deletes, undoes, cancels, saves and closes at any moment, above,
below, beside and inside; edits are refused, or ignored and called applied; the worker dawdles and dies. The
checks are in ``model/checks.py``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specedit_lsp.text.positions import Encoding
from tests.lsp.model.playing import play
from tests.lsp.model.scenario import Scenario, scenarios
from tests.lsp.model.session import Session
from tests.lsp.model.virtual_time import VirtualTimeLoop

SCENARIOS = 2_000


@pytest.fixture(scope="module")
def sessions() -> Iterator[dict[Encoding, Session]]:
    """A server for each position encoding."""
    loop = VirtualTimeLoop()
    yield {encoding: Session(loop, encoding) for encoding in Encoding}
    loop.close()


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Iterator[Counter[str]]:
    """Counts the stories by how they ended, and has that printed."""
    counts: Counter[str] = Counter()
    yield counts
    scenarios = counts.pop("scenarios", 0)
    record_property("told", f"{scenarios} scenarios; rewrites by outcome: {dict(counts.most_common())}")


@pytest.mark.timeout(600)  # on a busy machine; by itself it takes half a minute
@settings(
    max_examples=SCENARIOS,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(scenario=scenarios(), encoding=st.sampled_from(Encoding))
def test_nothing_is_lost_whatever_happens_meanwhile(
    sessions: dict[Encoding, Session], tally: Counter[str], scenario: Scenario, encoding: Encoding
) -> None:
    tally["scenarios"] += 1
    tally.update(play(sessions[encoding], scenario, f"file:///{tally['scenarios']}.py"))
