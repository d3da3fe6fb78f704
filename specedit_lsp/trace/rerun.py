"""Doing a rewrite again, to see whether it comes out the same here and now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from pydantic import ValidationError

from specedit_lsp.decoding.acceptance import count_agreed
from specedit_lsp.model.faults import ModelFault
from specedit_lsp.settings import DraftSettings, ModelSettings, Settings, SourceName
from specedit_lsp.worker.engine.model_engine import ModelEngine
from specedit_lsp.worker.engine_protocol import EngineLost, OrderRefused
from specedit_lsp.worker.tracing.schema import RewriteTrace


class RerunFailed(Exception):
    """There is nothing to compare with. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Rerun:
    """A rewrite and the same again."""

    before: RewriteTrace
    after: RewriteTrace

    @property
    def agreed(self) -> int:
        """Leading tokens that are the same."""
        return count_agreed(self.before.answer, self.after.answer)

    @property
    def is_same(self) -> bool:
        """Whether all tokens are, and the text."""
        return self.before.answer == self.after.answer and self.before.text == self.after.text

    def list_differences(self) -> list[str]:
        """Return what is not as it was then and may make tokens differ, in words."""
        before, after = self.before, self.after
        pairs = {
            "specedit": (before.program, after.program),
            "the device": (before.model.device, after.model.device),
            "the fingerprint of the weights": (before.model.fingerprint, after.model.fingerprint),
            "the number of tokens read": (len(before.prompt_tokens), len(after.prompt_tokens)),
        }
        return [
            f"{name} was {was} then, and is {now} now" for name, (was, now) in pairs.items() if was != now
        ]


def rerun(trace: RewriteTrace, model: str = "") -> Rerun:
    """Do a rewrite again with the same settings, by the same model or the one at the path ``model``.

    Raises:
        RerunFailed: the model cannot be used here, or refuses this time; the message says why.
    """
    kept: list[RewriteTrace] = []
    try:
        engine = ModelEngine.load(_restore_settings(trace, model), lambda percent: None, kept.append)
        for _ in engine.rewrite(trace.order, lambda: False):
            pass
    except (ModelFault, ValidationError, OrderRefused, EngineLost) as fault:
        raise RerunFailed(str(fault)) from fault
    return Rerun(trace, kept[0])


def _restore_settings(trace: RewriteTrace, model: str) -> Settings:
    known = get_args(SourceName)
    return Settings(
        model=ModelSettings.model_validate(
            {
                "path": model or trace.model.path,
                "dtype": trace.model.device.rpartition(" ")[2],
                "quantization": trace.model.quantization,
            }
        ),
        draft=DraftSettings.model_validate(
            {
                "sources": [source for source in trace.drafting.sources if source in known],
                "width": trace.drafting.width,
                "branches": trace.drafting.branches,
                "model": trace.drafting.model,
            }
        ),
    )
