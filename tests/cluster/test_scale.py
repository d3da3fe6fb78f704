"""What a measurement of scale shows."""

from __future__ import annotations

import json
from xml.etree import ElementTree

from specedit_lsp.evaluation.cluster.editors import Experience, Habits
from specedit_lsp.evaluation.cluster.processes import EDITORS, PARTS, read_processor_seconds
from specedit_lsp.evaluation.cluster.scale import Cell, Scale
from specedit_lsp.evaluation.cluster.scale_chart import draw_scale
from specedit_lsp.evaluation.cluster.scale_report import Saturation, to_json, to_markdown

SEEN = Experience(first_hunks=[0.1, 0.2], ends=[0.5, 0.7], pieces=200, retries=3, failures=1, wrong=2)
USED = {"proxy": 0.2, "replicas": 0.4, "controller": 0.1, EDITORS: 0.3}
SCALE = Scale(
    Habits(),
    forward_seconds=0.02,
    forwards=10,
    cells=(
        Cell(1, 1, 2.0, Experience(), 0.2, dict.fromkeys(USED, 1.0)),
        Cell(1, 50, 2.0, SEEN, 4.5, USED),
    ),
)


def test_the_page_tells_what_was_seen() -> None:
    page = to_markdown(SCALE, "a machine")
    assert "| 1 | 50 | 2 | 1.0 | 4.5 | 0.10 / 0.20 | 0.50 / 0.70 | 3 | 1 | 2 |" in page
    assert "| 1 | 1 | 0 | 0.0 | 0.2 | – | – | 0 | 0 | 0 |" in page


def test_a_proxy_is_judged_by_busy_cells_alone() -> None:
    cost = Saturation.of(SCALE.cells)
    assert cost.per_piece["proxy"] == 0.001
    assert cost.pieces_per_proxy == 1000


def test_figures_and_chart_can_be_read() -> None:
    figures = json.loads(json.dumps(to_json(SCALE, "a machine")))
    assert [cell["edits"] for cell in figures["cells"]] == [0, 2]
    circles = ElementTree.fromstring(draw_scale(SCALE)).iter("{http://www.w3.org/2000/svg}circle")
    assert len(list(circles)) == len(SCALE.cells)


def test_this_process_has_used_some_processor_time() -> None:
    used = read_processor_seconds()
    assert set(used) == {*PARTS, EDITORS}
    assert used[EDITORS] > 0
