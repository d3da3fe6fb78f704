"""The programs in docs/headless.md, run as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCUMENT = (Path(__file__).parents[2] / "docs" / "headless.md").read_text()
SHOP = "def area(width, height):\n    result = width * height\n    print(result)\n    return result\n"


def program(language: str) -> str:
    [found] = re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)
    return str(found)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name in ("shop.py", "cart.py"):
        (tmp_path / name).write_text(SHOP)
    return tmp_path


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100, check=False
    )


def test_the_shell_program(files: Path) -> None:
    done = run(files, "bash", "-c", program("bash"))
    assert done.returncode == 0, done.stderr
    for name in ("shop.py", "cart.py"):
        assert (files / name).read_text() == SHOP.replace("result", "total")


def test_the_python_program(files: Path) -> None:
    (files / "other.py").write_text("x = 1\n")
    (files / "program.txt").write_text(program("python"))
    done = run(files, sys.executable, "program.txt", ".", "result", "total")
    assert done.returncode == 0, done.stderr
    for name in ("shop.py", "cart.py"):
        assert (files / name).read_text() == SHOP.replace("result", "total")
        assert re.search(rf"{name}: \d+ tokens in \d+ forwards", done.stdout)
    assert re.search(r"shop\.py: '.*result.*' becomes '.*total.*'", done.stdout)


def test_what_the_document_names_is_there() -> None:
    from specedit_lsp import client

    for name in ("connect", "rewrite_text", "RewriteFailed", "BadSelection", "FileUnreadable", "Hunk"):
        assert name in client.__all__
        assert name in DOCUMENT
    for reason in ("fileUnreadable", "badSelection", "overlappingEdit", "fileChanged", "fileUnwritable"):
        assert f"`{reason}`" in DOCUMENT
