"""All checks, in the order in which one fault explains the next."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from importlib.util import find_spec
from pathlib import Path

from specedit_lsp.doctor.editors import check_editors
from specedit_lsp.doctor.environment import check_installation
from specedit_lsp.doctor.finding import Finding
from specedit_lsp.doctor.trial import try_worker
from specedit_lsp.doctor.workers import check_socket_folder, check_workers, held_bytes
from specedit_lsp.settings import Settings
from specedit_lsp.transport.workers import find_worker


async def examine(settings: Settings, *, full: bool = False) -> AsyncGenerator[Finding]:
    """Look at everything; ``full`` hashes weights of any size."""
    for finding in check_installation():
        yield finding
    folder_finding, folder = check_socket_folder()
    can_load = True
    if find_spec("torch") and find_spec("transformers"):
        for finding in _examine_model(settings, full, held_bytes(folder) if folder else 0):
            can_load = can_load and finding.ok
            yield finding
    yield folder_finding
    if folder:
        async for finding in check_workers(folder):
            yield finding
    for finding in check_editors(Path.home()):
        yield finding
    if can_load and folder:
        async for finding in try_worker(find_worker(settings), settings):
            yield finding


def _examine_model(settings: Settings, full: bool, held: int) -> list[Finding]:
    # These load torch, which a thin installation has not.
    from specedit_lsp.doctor.device import check_device, check_memory
    from specedit_lsp.doctor.model_files import check_draft_model, check_model

    findings, folder = check_model(settings.model.path, hash_all=full)
    device_finding, device = check_device(settings.model)
    findings += [check_draft_model(settings), device_finding]
    if folder and device:
        findings.append(check_memory(folder, device, settings.model, held))
    return findings
