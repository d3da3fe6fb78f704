"""The training loop: a wall-clock budget, checkpoints, and resumption from the last of them."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from torch import nn
from transformers import LlamaForCausalLM

from specedit_lsp.training.batches import Batch
from specedit_lsp.training.checkpoints import Progress, load_checkpoint, save_checkpoint
from specedit_lsp.training.feeder import Feeder
from specedit_lsp.training.network import batch_loss, make_model, make_optimizers
from specedit_lsp.training.plan import Plan
from specedit_lsp.training.quick_check import score_quickly
from specedit_lsp.training.schedule import longest_example, rate_factor
from specedit_lsp.training.team import Team, run_team
from specedit_lsp.training.tokenizer import load_tokenizer
from specedit_lsp.training.warm_start import start_from

LOG_EVERY = 10  # steps


@dataclass(frozen=True)
class Training:
    """A run that several processes can be asked to do together."""

    corpus: Path
    """The folder with the blocks and the tokenizer."""
    folder: Path
    """The folder for the checkpoint and the log."""
    plan: Plan
    earlier: Path | None
    """An exported model to begin from."""

    def __call__(self, team: Team) -> None:
        """Train as a member of `team`."""
        Run(self, team).train()


def train(corpus: Path, folder: Path, plan: Plan, earlier: Path | None = None) -> None:
    """Train until the time budget is used up, on the GPU if there is one, else on all processors."""
    folder.mkdir(parents=True, exist_ok=True)
    size = 1 if torch.cuda.is_available() else os.cpu_count() or 1
    run_team(size, Training(corpus, folder, plan, earlier))


class Run:
    """One process of one training run in a folder: the model, its optimizers, and where it stands."""

    def __init__(self, training: Training, team: Team) -> None:
        self.corpus, self.folder, self.plan = training.corpus, training.folder, training.plan
        plan, earlier = training.plan, training.earlier
        self.team = team
        self.console = Console(quiet=team.rank > 0)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        torch.manual_seed(plan.seed)
        tokenizer = load_tokenizer(self.corpus)
        self.model = make_model(tokenizer.get_vocab_size(), plan)
        self.checkpoint = self.folder / "checkpoint.pt"
        if earlier and not self.checkpoint.exists():
            composed = start_from(self.model, tokenizer, earlier)
            self.console.log(f"started from {earlier}; {composed} embeddings are new")
        self.model.to(device=self.device)  # type: ignore[call-arg]
        self.optimizers = make_optimizers(self.model, plan)
        self.rates = [group["lr"] for optimizer in self.optimizers for group in optimizer.param_groups]
        self.progress = Progress(longest=longest_example(plan, 0.0))
        self.window: list[tuple[float, float, float]] = []  # loss, tokens, seconds since the last record
        if self.checkpoint.exists():
            self.progress = load_checkpoint(self.checkpoint, self.model, self.optimizers, str(self.device))
            self.console.log(f"resumed at step {self.progress.step}")
        elif team.rank == 0:
            beginning = {"device": self.device.type, "processes": team.size}
            self.write_row({**beginning, "started_from": earlier.name if earlier else None})

    def train(self) -> None:
        """Train until the time budget is used up."""
        budget, progress = self.plan.minutes * 60, self.progress
        compiles = self.device.type == "cuda" or shutil.which("g++")
        body = torch.compile(self.model.model, dynamic=True) if compiles else self.model.model
        feeders = 1 if self.device.type == "cpu" else max((os.cpu_count() or 2) - 2, 1)
        # No two processes of a team may get the same examples.
        feeder = Feeder(self.corpus, self.plan.seed * 1000 + self.team.rank, self.plan.batch_tokens, feeders)
        last = time.monotonic()
        while progress.elapsed < budget:
            progress.longest = longest_example(self.plan, progress.elapsed / budget)
            while feeder.ahead <= feeders:
                feeder.request(progress.group + feeder.ahead, progress.longest)
            batches = feeder.receive()
            progress.group += 1
            for batch in batches:
                factor = rate_factor(self.plan, progress.elapsed / budget, progress.step)
                loss = self.measure(body, batch.to(self.device))
                now = time.monotonic()
                figures = (loss, float(batch.tokens.numel()), now - last)
                last = now
                loss, tokens, seconds = self.team.average(self.model, figures)
                self.update(factor)
                self.window.append((loss, tokens * self.team.size, seconds))
                progress.step += 1
                progress.tokens += round(tokens * self.team.size)
                progress.elapsed += seconds
                if progress.step % LOG_EVERY == 0:
                    self.record(factor)
                if progress.elapsed >= budget:
                    break  # at the same step for everyone in the team: groups end at different ones
            if self.team.rank == 0:
                self.save_and_check()
        if self.team.rank == 0:
            save_checkpoint(self.checkpoint, self.plan, self.model, self.optimizers, progress)
        feeder.close()

    def measure(self, body: Callable[..., Any], batch: Batch) -> float:
        """Leave the gradients of one batch in the model; returns the plain output loss."""
        loss, output_loss = batch_loss(self.model, body, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        return output_loss.item()

    def update(self, factor: float) -> None:
        """One step of the optimizers with the learning rates scaled by `factor`."""
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        groups = [group for optimizer in self.optimizers for group in optimizer.param_groups]
        for group, rate in zip(groups, self.rates, strict=True):
            group["lr"] = rate * factor
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad()

    def save_and_check(self) -> None:
        """Between two groups: write a checkpoint, try a few held-out edits, each when it is due."""
        progress = self.progress
        if progress.elapsed - progress.saved > self.plan.save_minutes * 60:
            progress.saved = progress.elapsed
            save_checkpoint(self.checkpoint, self.plan, self.model, self.optimizers, progress)
        if progress.elapsed - progress.checked > self.plan.check_minutes * 60:
            progress.checked = progress.elapsed
            exact = score_quickly(self.model, self.corpus)
            self.write_row({**asdict(progress), "exact": exact})
            self.console.log(f"held-out edits exactly right: {exact:.0%}")

    def record(self, factor: float) -> None:
        """Log the mean loss and the speed since the last record."""
        losses, tokens, seconds = zip(*self.window, strict=True)
        self.window.clear()
        if self.team.rank:
            return
        loss, speed = sum(losses) / len(losses), sum(tokens) / sum(seconds)
        progress = self.progress
        self.write_row({**asdict(progress), "loss": loss, "speed": speed, "factor": factor})
        self.console.log(
            f"step {progress.step}  {progress.tokens / 1e6:.2f} M tokens  {progress.elapsed / 60:.1f} min  "
            f"length {progress.longest}  loss {loss:.4f}  {speed:.0f} tokens/s"
        )

    def write_row(self, row: Mapping[str, object]) -> None:
        """Append one JSON object to the log of the run."""
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(row) + "\n")


def load_trained(folder: Path) -> LlamaForCausalLM:
    """The model of the last checkpoint: weights rounded to the fp16 that is shipped, held in fp32."""
    state = torch.load(folder / "checkpoint.pt", map_location="cpu")
    vocabulary, _ = state["model"]["model.embed_tokens.weight"].shape
    model = make_model(vocabulary, Plan(**state["plan"]))
    model.load_state_dict(state["model"])
    for weight in model.parameters():
        weight.data = weight.data.half().float()
    model.train(False)
    return model
