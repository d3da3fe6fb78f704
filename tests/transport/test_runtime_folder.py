"""The folder with the sockets and tokens: the user's alone, or refused with words that say what to do."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import pytest

from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.local import runtime_folder as module
from specedit_lsp.transport.local.runtime_folder import MOST_PATH_BYTES, NAME_BYTES, open_runtime_folder


@pytest.fixture
def folder(runtime_folder: Path) -> Path:
    """Where it is to be; it is not made yet."""
    return runtime_folder / "specedit"


def test_it_is_made_for_the_user_alone(folder: Path) -> None:
    before = os.umask(0)
    try:
        assert open_runtime_folder() == open_runtime_folder() == folder
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o755, 0o701, 0o770])
def test_one_that_others_may_enter_is_refused(folder: Path, mode: int) -> None:
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(RewriteFailed, match=f"chmod 700 {folder}"):
        open_runtime_folder()
    folder.chmod(0o700)
    assert open_runtime_folder() == folder


def test_a_link_is_refused_wherever_it_leads(folder: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    folder.symlink_to(tmp_path)
    with pytest.raises(RewriteFailed, match="a link or a file"):
        open_runtime_folder()
    folder.unlink()
    folder.write_text("")
    with pytest.raises(RewriteFailed, match="a link or a file"):
        open_runtime_folder()


def test_one_of_another_user_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir(0o700)
    ours = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: ours + 1)
    with pytest.raises(RewriteFailed, match="another user"):
        open_runtime_folder()


def test_a_socket_in_it_has_a_path_that_the_system_takes(
    runtime_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the limit it is there, one byte above it is in the folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(runtime_folder))
    most = MOST_PATH_BYTES - NAME_BYTES - len("/specedit")
    fits = runtime_folder / ("x" * (most - len(str(runtime_folder)) - 1))
    for place in (fits, fits.with_name(fits.name + "x")):
        place.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(fits))
    assert open_runtime_folder() == fits / "specedit"
    assert len(os.fsencode(fits / "specedit" / ("n" * (NAME_BYTES - 1)))) == MOST_PATH_BYTES
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(fits) + "x")
    assert open_runtime_folder().parent != Path(str(fits) + "x")


def test_where_there_is_no_place_at_all_the_user_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PATH_BYTES", NAME_BYTES)
    with pytest.raises(RewriteFailed, match=r"Set \$XDG_RUNTIME_DIR"):
        open_runtime_folder()


def test_where_nothing_can_be_made_it_is_made_elsewhere(
    runtime_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(runtime_folder))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime_folder / "not" / "there"))
    found = open_runtime_folder()
    assert found in (
        Path(f"/run/user/{os.getuid()}/specedit"),
        runtime_folder / f"specedit-{os.getuid()}",
    )
