"""Print the version if all parts agree on it; else say which do not. usage: check_versions.py"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def read_versions(root: Path) -> dict[str, str]:
    """The version by each file that names it."""
    package = json.loads((root / "editors/vscode/package.json").read_text())
    lock = json.loads((root / "editors/vscode/package-lock.json").read_text())
    return {
        "pyproject.toml": tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"],
        "editors/vscode/package.json": package["version"],
        "editors/vscode/package-lock.json": lock["version"],
        "editors/vscode/CHANGELOG.md": _find(
            root / "editors/vscode/CHANGELOG.md", r"^## \[?(\d\S*?)\]?(?:\s|$)"
        ),
        "editors/nvim/lua/specedit/version.lua": _find(
            root / "editors/nvim/lua/specedit/version.lua", r'^return "(.*)"'
        ),
        "CHANGELOG.md": _find(root / "CHANGELOG.md", r"^## \[?(\d\S*?)\]?(?:\s|$)"),
    }


def read_protocols(root: Path) -> dict[str, str]:
    """The version of the wire between editor and server, by each file that names it."""
    experimental = r'"?rewriteRange"?\s*(?::|=|\]\s*=)\s*(\d+)'
    places = ("specedit_lsp/lsp/messages.py", "docs/protocol.md")
    return {place: found for place in places if (found := _find(root / place, experimental)) != "none"}


def _find(path: Path, pattern: str) -> str:
    match = re.search(pattern, path.read_text(), re.MULTILINE)
    return match[1] if match else "none"


def main() -> int:
    """Compare, and return the exit status."""
    status = 0
    for what, found in (("version", read_versions(ROOT)), ("protocol", read_protocols(ROOT))):
        if len(set(found.values())) != 1:
            status = 1
            for place, version in found.items():
                sys.stderr.write(f"{what} {version} in {place}\n")
    if not status:
        sys.stdout.write(read_versions(ROOT)["pyproject.toml"] + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
