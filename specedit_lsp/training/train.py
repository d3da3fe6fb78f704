"""The training loop: a wall-clock budget, checkpoints, and resumption from the last of them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from torch import nn
from transformers import LlamaForCausalLM

from specedit_lsp.training.batches import Batch
from specedit_lsp.training.checkpoints import Progress, load_checkpoint, save_checkpoint
from specedit_lsp.training.evaluate import score_quickly
from specedit_lsp.training.feeder import Feeder
from specedit_lsp.training.network import RATES, batch_loss, make_model, make_optimizers
from specedit_lsp.training.pace import Pace
from specedit_lsp.training.schedule import longest_example, rate_factor
from specedit_lsp.training.tokenizer import VOCABULARY

LOG_EVERY = 10  # steps


@dataclass(frozen=True)
class Plan:
    """What can be chosen about a run."""

    minutes: float = 90.0
    seed: int = 1
    batch_tokens: int = 3072
    width: int = 256
    layers: int = 6
    save_minutes: float = 5.0
    check_minutes: float = 20.0


class Run:
    """One training run in a folder: the model, its optimizers, and where it stands."""

    def __init__(self, folder: Path, plan: Plan, console: Console) -> None:
        self.folder, self.plan, self.console = folder, plan, console
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        torch.manual_seed(plan.seed)
        self.model = make_model(VOCABULARY, plan.width, plan.layers).to(device=self.device)  # type: ignore[call-arg]
        self.optimizers = make_optimizers(self.model)
        self.progress = Progress(longest=longest_example(0.0))
        self.checkpoint = folder / "checkpoint.pt"
        self.pace = Pace() if self.device.type == "cpu" else None
        self.window: list[tuple[float, int, float]] = []  # loss, tokens, seconds since the last record
        if self.checkpoint.exists():
            self.progress = load_checkpoint(self.checkpoint, self.model, self.optimizers, str(self.device))
            console.log(f"resumed at step {self.progress.step}")

    def train(self) -> None:
        """Train until the time budget is used up."""
        budget = self.plan.minutes * 60
        # Without this the compiled code keeps the number of threads that it was compiled with.
        body = torch.compile(self.model.model, dynamic=True, options={"cpp.dynamic_threads": True})
        feeder = Feeder(self.folder, self.plan.seed, self.plan.batch_tokens)
        feeder.request(self.progress.group, self.progress.longest)
        last = time.monotonic()
        while self.progress.elapsed < budget:
            batches = feeder.receive()
            self.progress.group += 1
            self.progress.longest = longest_example(self.progress.elapsed / budget)
            feeder.request(self.progress.group, self.progress.longest)
            for batch in batches:
                factor = rate_factor(self.progress.elapsed / budget, self.progress.step)
                loss = self.take_step(body, batch.to(self.device), factor)
                now = time.monotonic()
                self.window.append((loss, batch.tokens.numel(), now - last))
                self.progress.step += 1
                self.progress.tokens += batch.tokens.numel()
                self.progress.elapsed, last = self.progress.elapsed + now - last, now
                if self.progress.step % LOG_EVERY == 0:
                    self.record(factor)
            self.save_and_check()
        save_checkpoint(self.checkpoint, self.model, self.optimizers, self.progress)
        feeder.close()

    def take_step(self, body: Callable[..., Any], batch: Batch, factor: float) -> float:
        """One update with the learning rates scaled by `factor`; returns the plain output loss."""
        if self.pace:
            self.pace.start_step()
        loss, output_loss = batch_loss(self.model, body, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer, rate in zip(self.optimizers, RATES, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * factor
            optimizer.step()
            optimizer.zero_grad()
        value = output_loss.item()
        if self.pace:
            self.pace.end_step(batch.tokens.numel())
        return value

    def save_and_check(self) -> None:
        """Between two groups: write a checkpoint, try a few held-out edits, each when it is due."""
        if self.progress.elapsed - self.progress.saved > self.plan.save_minutes * 60:
            self.progress.saved = self.progress.elapsed
            save_checkpoint(self.checkpoint, self.model, self.optimizers, self.progress)
        if self.progress.elapsed - self.progress.checked > self.plan.check_minutes * 60:
            self.progress.checked = self.progress.elapsed
            exact = score_quickly(self.model, self.folder)
            self.write_row({**asdict(self.progress), "exact": exact})
            self.console.log(f"held-out edits exactly right: {exact:.0%}")

    def record(self, factor: float) -> None:
        """Log the mean loss and the speed since the last record."""
        losses, tokens, seconds = zip(*self.window, strict=True)
        self.window.clear()
        loss, speed = sum(losses) / len(losses), sum(tokens) / sum(seconds)
        progress = self.progress
        self.write_row({**asdict(progress), "loss": loss, "speed": speed, "factor": factor})
        self.console.log(
            f"step {progress.step}  {progress.tokens / 1e6:.2f} M tokens  {progress.elapsed / 60:.1f} min  "
            f"length {progress.longest}  loss {loss:.4f}  {speed:.0f} tokens/s"
        )

    def write_row(self, row: dict[str, float]) -> None:
        """Append one JSON object to the log of the run."""
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(row) + "\n")


def load_trained(folder: Path) -> LlamaForCausalLM:
    """The model of the last checkpoint: weights rounded to the fp16 that is shipped, held in fp32."""
    state = torch.load(folder / "checkpoint.pt", map_location="cpu")["model"]
    vocabulary, width = state["model.embed_tokens.weight"].shape
    layers = 1 + max(int(name.split(".")[2]) for name in state if name.startswith("model.layers."))
    model = make_model(vocabulary, width, layers)
    model.load_state_dict(state)
    for weight in model.parameters():
        weight.data = weight.data.half().float()
    model.train(False)
    return model
