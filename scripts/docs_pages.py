"""A hook of MkDocs: pages and sections that have their place elsewhere in the repository.

Links in them are those of their own place; here they are turned to where their targets are on the site.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
PAGES = {
    "editors/README.md": "other-editors.md",
    "editors/vscode/README.md": "vscode.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "README.md": "index.md",
    "README.md#settings": "settings.md",
}
"""Where on the site a file of the repository, or a section of it, is to be found."""
_LINK = re.compile(r"(\]\()(?!\w+:|#)([^)\s#]+)(#[^)\s]*)?\)")
_SECTION = re.compile(r"^<!-- section (\S+): (.+) -->$", re.MULTILINE)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of :data:`PAGES` that docs/ has none for, and whatever they link to."""
    for source, page in PAGES.items():
        if not files.get_file_from_path(page):
            text = _turn_links((ROOT / source).read_text("utf-8"), source, files, config)
            files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put sections of other documents where a comment asks for them; follow links out of docs/."""

    def section(match: re.Match[str]) -> str:
        source, heading = match.groups()
        return _turn_links(_read_section(source, heading), source, files, config)

    if not page.file.generated_by:
        markdown = _turn_links(markdown, f"docs/{page.file.src_uri}", files, config)
    return _SECTION.sub(section, markdown)


def _read_section(source: str, heading: str) -> str:
    text = (ROOT / source).read_text("utf-8")
    found = re.search(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^\1 |\Z)", text, re.MULTILINE | re.DOTALL)
    if not found:
        raise PluginError(f"{source} has no section {heading!r}")
    return found[2]


def _turn_links(text: str, source: str, files: Files, config: MkDocsConfig) -> str:
    def turn(match: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), match[2]))
        anchor = match[3] or ""
        if path + anchor in PAGES:
            return f"{match[1]}{PAGES[path + anchor]})"
        return f"{match[1]}{_place(path, files, config)}{anchor})"

    return _LINK.sub(turn, text)


def _place(path: str, files: Files, config: MkDocsConfig) -> str:
    """Return where a file of the repository is on the site; it is copied there if it is nowhere yet."""
    if path in PAGES:
        return PAGES[path]
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    if not (ROOT / path).is_file():
        raise PluginError(f"a document links to {path}, which does not exist")
    if not files.get_file_from_path(path):
        files.append(File.generated(config, path, abs_src_path=str(ROOT / path)))
    return path
