"""The parts of the page that are text: what it was, the output, the legend, the prompt, the settings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specedit_lsp.trace.markup import Child, Element, make_element
from specedit_lsp.trace.palette import find_look
from specedit_lsp.trace.tokens import count_shares, list_tokens
from specedit_lsp.trace.yardsticks import Yardstick
from specedit_lsp.worker.tracing.schema import RewriteTrace


def write_header(trace: RewriteTrace) -> Element:
    """Return what was asked, of whom, and what it took."""
    stats = trace.stats
    figures = [
        (f"{stats.output_tokens:,}", "tokens"),
        (f"{stats.forwards:,}", "forwards"),
        (f"{stats.tokens_per_forward:.1f}", "tokens per forward"),
        (f"{stats.seconds:.2f} s", "in all"),
    ]
    if stats.plain_seconds:
        figures.append((f"{stats.plain_seconds:.2f} s", "without drafts, estimated"))
    return make_element(
        "header",
        make_element("h1", trace.order.instruction),
        make_element("p", f"{trace.began:%d %B %Y, %H:%M} UTC · {trace.model.path} on {trace.model.device}"),
        make_element(
            "ul",
            *(make_element("li", make_element("b", value), f" {name}") for value, name in figures),
            class_="figures",
        ),
    )


def write_output(trace: RewriteTrace) -> Element:
    """Return the text, an element for each token that has any."""
    spans: list[Element] = []
    last = 0
    for token in list_tokens(trace):
        if token.text:
            begins = token.forward != last
            span = make_element(
                "span",
                token.text,
                class_=f"t s-{find_look(token.source).name}" + (" first" if begins else ""),
                role="option",
                tabindex="-1" if spans else "0",
                data_n=token.number,
                data_f=token.forward if begins else None,
            )
            spans.append(span)
            last = token.forward
    return make_element(
        "pre", *spans, id="output", role="listbox", aria_label="Output, token by token; arrow keys move"
    )


def write_switches() -> Element:
    """Return what turns marks in the output on and off."""
    return make_element(
        "p",
        *(
            make_element("label", make_element("input", type="checkbox", data_marks=name), f" {label}")
            for name, label in (("boundaries", "token boundaries"), ("marks", "forwards"))
        ),
        class_="switches",
    )


def write_legend(trace: RewriteTrace) -> Element:
    """Return what each source did, as a table whose first column picks out its tokens."""
    rows = []
    for share in count_shares(trace):
        look = find_look(share.source)
        swatch = make_element("span", class_=f"swatch s-{look.name}", aria_hidden="true")
        button = make_element(
            "button", swatch, look.label, type="button", aria_pressed="false", data_source=look.name
        )
        rate = share.accepted / share.proposed if share.proposed else 0.0
        cells = [f"{share.tokens:,}", f"{share.share:.0%}"]
        cells += [f"{share.proposed:,}", f"{share.accepted:,}", f"{rate:.0%}"] if share.proposed else [""] * 3
        rows.append(
            [
                make_element("th", button, scope="row"),
                *map(_write_figure, cells),
                make_element("td", look.meaning),
            ]
        )
    heads = ("source", "tokens", "share", "proposed", "accepted", "rate", "what it proposes")
    return write_table("Acceptance by source", heads, rows)


def write_yardsticks(yardsticks: Sequence[Yardstick]) -> Element:
    """Return how many forwards each way takes."""
    rows = [
        [
            make_element("th", yardstick.name, scope="row"),
            _write_figure(f"{yardstick.forwards:,}"),
            make_element("td", yardstick.meaning),
        ]
        for yardstick in yardsticks
    ]
    return write_table("Forwards by other ways", ("way", "forwards", "what it is"), rows)


def write_background(trace: RewriteTrace) -> Element:
    """Return the prompt and the settings, folded away."""
    drafting, model, stats = trace.drafting, trace.model, trace.stats
    facts = {
        "model": model.path,
        "device": model.device,
        "quantization": model.quantization,
        "fingerprint of the weights": model.fingerprint,
        "draft sources": ", ".join(drafting.sources) or "none",
        "widest draft": f"{drafting.width:,} tokens",
        "most branches": str(drafting.branches),
        "draft model": drafting.model or "none",
        "language": trace.order.language,
        "prompt": f"{stats.prompt_tokens:,} tokens, {stats.reused_tokens:,} of them read before",
        "specedit": trace.program,
        "trace": trace.id,
    }
    terms: list[Child] = []
    for name, value in facts.items():
        terms += [make_element("dt", name), make_element("dd", value)]
    return make_element(
        "section",
        make_element("details", make_element("summary", "Settings"), make_element("dl", *terms)),
        make_element(
            "details",
            make_element("summary", f"Prompt: {stats.prompt_tokens:,} tokens"),
            make_element(
                "pre", make_element("span", trace.prompt), tabindex="0", aria_label="Prompt", id="prompt"
            ),
        ),
    )


def write_table(title: str, heads: Sequence[str], rows: Iterable[Sequence[Element]]) -> Element:
    """Return a table with a title for those who cannot see where it stands."""
    table = make_element(
        "table",
        make_element("caption", title),
        make_element("thead", make_element("tr", *(make_element("th", head, scope="col") for head in heads))),
        make_element("tbody", *(make_element("tr", *row) for row in rows)),
    )
    return make_element("div", table, class_="wide")


def _write_figure(text: str) -> Element:
    return make_element("td", text, class_="figure")
