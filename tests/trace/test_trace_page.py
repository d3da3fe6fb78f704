"""The page of a trace: all of it is text, and it can fetch nothing. A browser tries it in page.test.mjs."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

from specedit_lsp.evaluation.limits import count_copies
from specedit_lsp.evaluation.methods.tuned_pld import TUNED_PLD
from specedit_lsp.evaluation.replay import replay
from specedit_lsp.evaluation.task import ReplayTask
from specedit_lsp.prompting.codec import TokenCodec
from specedit_lsp.trace import Trace
from specedit_lsp.trace.visible import make_visible
from specedit_lsp.trace.yardsticks import measure_yardsticks
from specedit_lsp.worker.engine.model_engine import ModelEngine
from tests.trace.samples import HOSTILE, MARKUP


class Reader(HTMLParser):
    """Reads a page as a browser would: elements, and text by the element that it stands in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._inside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "input"}:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._inside.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts.setdefault(self._inside[-1], []).append(data)


def test_nothing_in_code_or_instruction_is_more_than_text(hostile: Trace) -> None:
    assert MARKUP in hostile.text
    page = Reader(hostile.to_html())
    names = [name for name, _ in page.tags]
    assert names.count("script") == 2
    assert not {"img", "b onclick", "iframe", "link", "object"} & set(names)
    assert all(not name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert page.texts["h1"] == [make_visible(HOSTILE.instruction)]
    tokens = [a for name, a in page.tags if name == "span" and "data-n" in a]
    assert "".join(page.texts["span"]).startswith(make_visible(hostile.text))
    assert len(tokens) == sum(bool(length) for length in hostile.lengths)


def test_the_page_may_fetch_and_run_nothing_but_its_own(hostile: Trace) -> None:
    page = Reader(hostile.to_html())
    (policy,) = (a["content"] for _, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not {"src", "href", "style"} & {name for _, attributes in page.tags for name in attributes}


def test_what_the_script_reads_is_the_trace(docstring: Trace) -> None:
    page = docstring.to_html()
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    data = json.loads(found[1])
    assert len(data["forwards"]) == docstring.stats.forwards
    assert [token[2] for token in data["tokens"]] == list(docstring.output)
    assert sum(forward["accepted"] for forward in data["forwards"]) == sum(
        f.accepted for f in docstring.forwards
    )


def test_a_notebook_shows_it_in_a_frame_of_its_own(hostile: Trace) -> None:
    frame = Reader(hostile._repr_html_())
    assert [name for name, _ in frame.tags] == ["iframe"]
    assert frame.tags[0][1]["sandbox"] == "allow-scripts"
    assert frame.tags[0][1]["srcdoc"] == hostile.to_html()


def test_the_yardsticks_are_those_of_the_benchmarks(
    docstring: Trace, hostile: Trace, engine: ModelEngine
) -> None:
    for trace in (docstring, hostile):
        ours, plain, lookup, limit = measure_yardsticks(trace)
        assert ours.forwards == trace.stats.forwards
        assert plain.forwards == len(trace.answer)
        assert {line.totals[-1] for line in (ours, plain, lookup, limit)} == {len(trace.answer)}
        assert limit.forwards == count_copies(trace.prompt_tokens, [trace.unchanged], trace.answer)
        task = ReplayTask(
            prompt=trace.prompt_tokens,
            order=trace.order,
            shown="",
            closing="",
            ending=(),
            codec=TokenCodec(engine._loaded.tokenizer, ""),
        )
        assert lookup.forwards == len(replay(TUNED_PLD, task, trace.answer).forwards)
        assert limit.forwards <= min(lookup.forwards, plain.forwards)
