"""Files are written as they were found: bytes, modes, links, encodings."""

from __future__ import annotations

import codecs
import stat
from pathlib import Path

import pytest

from specedit_lsp.client.selection import select_all
from specedit_lsp.client.source_file import FileChanged, FileUnreadable, SourceFile


@pytest.mark.parametrize(
    ("name", "raw", "encoding"),
    [
        ("a.py", codecs.BOM_UTF8 + b"x = 1\r\n", "utf-8"),
        ("a.py", b"# -*- coding: latin-1 -*-\nx = '\xe9' # 1\n", "iso-8859-1"),
        ("a.cs", codecs.BOM_UTF16_LE + "é = 1\r\n".encode("utf-16-le"), "utf-16-le"),
        ("a.cs", codecs.BOM_UTF32_BE + "é = 1\n".encode("utf-32-be"), "utf-32-be"),
        ("a.txt", "é\f\x85\u2028 1".encode(), "utf-8"),
    ],
)
def test_only_what_changed_is_other_bytes(tmp_path: Path, name: str, raw: bytes, encoding: str) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    path.chmod(0o751)
    source = SourceFile.read(path)
    assert source.encoding == encoding
    source.write(source.text.replace(" 1", " 2"))
    assert path.read_bytes() == raw.replace(" 1".encode(encoding), " 2".encode(encoding))
    assert stat.S_IMODE(path.stat().st_mode) == 0o751
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_a_byte_order_mark_is_not_selected() -> None:
    assert select_all("\ufeffx") == (1, 2)


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("a.py", None, "cannot be read"),
        ("a.py", b"caf\xe9 = 1\n", "not UTF-8"),
        ("a.c", b"caf\xe9 = 1\n", "not UTF-8"),
        ("a.py", b"# coding: klingon\n", "does not know"),
        ("a.cs", codecs.BOM_UTF16_LE + b"\x00\xd8a\x00", "not utf-16-le text"),
    ],
)
def test_what_is_no_text(tmp_path: Path, name: str, raw: bytes | None, words: str) -> None:
    path = tmp_path / name
    if raw is not None:
        path.write_bytes(raw)
    with pytest.raises(FileUnreadable, match=words):
        SourceFile.read(path)


def test_a_file_that_somebody_else_changed_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("a")
    source = SourceFile.read(path)
    path.write_text("b")
    with pytest.raises(FileChanged, match="changed by somebody else"):
        source.write("c")
    assert path.read_text() == "b"
    assert [each.name for each in tmp_path.iterdir()] == ["a.py"]


def test_a_character_that_the_encoding_lacks_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"# coding: latin-1\n")
    source = SourceFile.read(path)
    with pytest.raises(UnicodeEncodeError):
        source.write(source.text + "# €")
    assert path.read_bytes() == b"# coding: latin-1\n"


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real.py").write_text("a")
    link = tmp_path / "link.py"
    link.symlink_to("real.py")
    SourceFile.read(link).write("b")
    assert link.is_symlink()
    assert (tmp_path / "real.py").read_text() == "b"
