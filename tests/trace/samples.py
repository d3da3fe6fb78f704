"""Traces of real rewrites by the bundled model, and longer ones made of them."""

from __future__ import annotations

from collections.abc import Sequence

from specedit_lsp.settings import Settings
from specedit_lsp.trace import Trace
from specedit_lsp.transport.messages import Origin, RewriteOrder, SourceCount
from specedit_lsp.worker.engine.model_engine import ModelEngine
from specedit_lsp.worker.tracing.schema import RewriteTrace

RENAME = RewriteOrder(
    instruction="rename result to total",
    selection="def area(width, height):\n    result = width * height\n    print(result)\n    return result\n",
    language="python",
)
DOCSTRING = RewriteOrder(
    instruction='change the docstring to "Describe a user."',
    selection=(
        "def describe_user(user, *, with_orders=False):\n"
        '    """Return a short text about the user."""\n'
        "    if user is None:\n"
        '        raise ValueError("no user given")\n'
        '    name = user.name.strip() or "somebody"\n'
        '    lines = [f"{name} <{user.email}>"]\n'
        "    if user.is_admin:\n"
        '        lines.append("may change everything")\n'
        '    return "\\n".join(lines)\n'
    ),
    language="python",
)
MARKUP = "</script><script>alert(1)</script>"
HOSTILE = RewriteOrder(
    instruction=f'rename value to {MARKUP}<img src=x onerror=alert(2)> in "this" & that \x1b[31m',
    selection=(
        "def page(value):\n"
        f"    head = '{MARKUP}'\n"
        "    name = 'a\u202eb'  # <!-- ]]> &amp; <b onclick=alert(3)>\n"
        "    return head + value + name\n"
    ),
    language="python",
)


def load_engine(kept: list[RewriteTrace], sources: Sequence[str] | None = None) -> ModelEngine:
    """Return the bundled model's engine, whose traces go to ``kept``."""
    draft = {} if sources is None else {"sources": list(sources)}
    settings = Settings.model_validate({"model": {"device": "cpu"}, "draft": draft})
    return ModelEngine.load(settings, lambda percent: None, kept.append)


def take(engine: ModelEngine, kept: list[RewriteTrace], order: RewriteOrder) -> Trace:
    """Do a rewrite and return its trace."""
    for _ in engine.rewrite(order, lambda: False):
        pass
    return Trace.model_validate_json(kept[-1].to_json())


def repeat(trace: Trace, times: int) -> Trace:
    """Return the trace of a rewrite as if it had been done over and over again in one go."""
    count = len(trace.forwards)
    last = trace.forwards[-1]
    # All but the last pass go on where an end would stand.
    if trace.stopped and last.own is not None:
        inner = last.model_copy(update={"own": trace.forwards[0].verified[0]})
    elif trace.stopped:
        inner = last.model_copy(update={"accepted": last.accepted - 1, "own": None})
    else:
        inner = last
    extra = int(trace.stopped and last.own is not None)
    foreseen = times - 1 if inner.accepted < last.accepted else 0  # ends in drafts, left out
    output = len(trace.lengths)
    forwards = (*trace.forwards[:-1], inner) * (times - 1) + trace.forwards
    lengths = (*trace.lengths, *(0,) * extra) * (times - 1) + trace.lengths
    origins = tuple(
        Origin(length=origin.length, source=origin.source, forward=origin.forward + count * turn)
        for turn in range(times)
        for origin in trace.origins
    )
    stats = trace.stats.model_copy(
        update={
            "forwards": count * times,
            "output_tokens": (output + extra) * (times - 1) + output,
            "seconds": trace.stats.seconds * times,
            "plain_seconds": (trace.stats.plain_seconds or 0.0) * times,
            "sources": {
                name: SourceCount(
                    proposed=figures.proposed * times,
                    accepted=figures.accepted * times - (foreseen if name == last.source else 0),
                )
                for name, figures in trace.stats.sources.items()
            },
        }
    )
    return trace.model_copy(
        update={
            "forwards": forwards,
            "lengths": lengths,
            "origins": origins,
            "text": trace.text * times,
            "stats": stats,
        }
    )
