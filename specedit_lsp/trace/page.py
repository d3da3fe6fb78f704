"""A trace as one page for a browser, which needs nothing else and may fetch nothing."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from importlib import resources

from specedit_lsp.trace.charts import draw_progress, draw_timeline
from specedit_lsp.trace.markup import Element, make_element, write_html
from specedit_lsp.trace.page_data import write_data
from specedit_lsp.trace.page_parts import (
    write_background,
    write_header,
    write_legend,
    write_output,
    write_switches,
    write_yardsticks,
)
from specedit_lsp.trace.palette import find_look
from specedit_lsp.trace.yardsticks import measure_yardsticks
from specedit_lsp.transport.messages import TARGET
from specedit_lsp.worker.tracing.schema import RewriteTrace


def make_page(trace: RewriteTrace) -> str:
    """Return the page. Scripts and styles other than its own are forbidden in it, and so is the network."""
    style, script = _read("page.css") + _write_looks(trace), _read("page.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = make_element(
        "head",
        make_element("meta", charset="utf-8"),
        make_element("meta", http_equiv="Content-Security-Policy", content=policy),
        make_element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        make_element("title", f"specedit trace: {trace.order.instruction}"),
        _embed("style", style),
    )
    data = _embed("script", write_data(trace), type="application/json", id="data")
    body = make_element("body", *_write_body(trace), data, _embed("script", script))
    return "<!doctype html>\n" + write_html(make_element("html", head, body, lang="en")) + "\n"


def make_frame(trace: RewriteTrace) -> str:
    """Return the page in a frame of its own, for a notebook: its styles and keys stay inside."""
    return (
        f'<iframe srcdoc="{escape(make_page(trace))}" sandbox="allow-scripts" title="specedit trace" '
        'width="100%" height="640" style="border:0"></iframe>'
    )


def _write_body(trace: RewriteTrace) -> list[Element]:
    yardsticks = measure_yardsticks(trace)
    return [
        write_header(trace),
        make_element(
            "main",
            make_element(
                "section",
                make_element("h2", "Output"),
                write_switches(),
                write_output(trace),
                aria_label="Output",
            ),
            make_element("aside", id="details", aria_live="polite", aria_label="Details"),
        ),
        _write_section("Sources", write_legend(trace)),
        _write_section("Forwards", make_element("div", draw_timeline(trace), class_="scroll", id="timeline")),
        _write_section(
            "Progress", draw_progress(yardsticks, len(trace.answer)), write_yardsticks(yardsticks)
        ),
        write_background(trace),
    ]


def _write_section(title: str, *children: Element) -> Element:
    return make_element("section", make_element("h2", title), *children, aria_label=title)


def _write_looks(trace: RewriteTrace) -> str:
    """Return the rules for the colours of this trace's sources, and for picking one of them out."""
    rules = []
    for look in {find_look(source) for source in (TARGET, *trace.stats.sources)}:
        rules.append(f".s-{look.name}{{--hue:{look.hue};--saturation:{look.saturation}%}}")
        rules.append(f'#output[data-only="{look.name}"] .s-{look.name}{{opacity:1}}')
    return "\n".join(sorted(rules)) + "\n"


def _embed(tag: str, text: str, **attributes: str) -> Element:
    """An element whose content is no text of the page, and so is not made visible."""
    element = make_element(tag, **attributes)
    element.text = text
    return element


def _read(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
