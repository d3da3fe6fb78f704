"""A terminal without a screen: real keys go into a program, and what it shows can be read."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
import threading
import time
import tty
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

ROWS, COLUMNS = 40, 110
PATIENCE = 120.0
"""Seconds: far longer than anything takes, so that a busy machine fails no test."""
NUDGE_SECONDS = 1.0
LOGGED = 4000
"""Characters of each log file in the message of a failure."""


class Terminal:
    """A program with a terminal of its own, killed with all that it started when the block ends."""

    def __init__(
        self, command: Sequence[str], cwd: Path, environment: Mapping[str, str], *, logs: Path, nudge: str
    ) -> None:
        """``logs`` is a folder: what the log files in it say last is said of a failure.

        ``nudge`` is typed now and then while something is waited for.
        """
        self._logs = logs
        self._nudge = nudge
        self._screen = _AnsweringScreen(self._write)
        self._stream = pyte.ByteStream(self._screen)
        self._lock = threading.Lock()
        self._keyboard, terminal = pty.openpty()
        # Keys that come before the program is ready reach it as they were typed.
        tty.setraw(terminal)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            # The terminal that a session opens first is the one that controls it.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            start_new_session=True,
        )
        os.close(terminal)
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *exception: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self._keyboard)

    @property
    def text(self) -> str:
        """What the screen shows, without the blanks at the ends of lines."""
        with self._lock:
            return "\n".join(line.rstrip() for line in self._screen.display)

    def press(self, keys: str) -> None:
        """Type; special keys are what a terminal sends for them."""
        self._write(keys)

    def wait_for(self, *texts: str) -> None:
        """Wait until the screen shows all of ``texts`` at once."""
        self.wait_until(lambda: all(text in self.text for text in texts), " and ".join(texts))

    def wait_until(self, condition: Callable[[], bool], what: str, pause: float = 0.02) -> None:
        """Wait for a condition, looked at every ``pause`` seconds.

        Raises:
            AssertionError: it did not come true; the message shows the screen.
        """
        end = time.monotonic() + PATIENCE
        nudge = time.monotonic() + NUDGE_SECONDS
        while not condition():
            if time.monotonic() > nudge:
                self._write(self._nudge)
                nudge += NUDGE_SECONDS
            if time.monotonic() > end:
                raise AssertionError(
                    f"Waited in vain for {what}. The screen:\n{self.text}\n{self._read_logs()}"
                )
            time.sleep(pause)

    def _read_logs(self) -> str:
        return "\n".join(
            f"{log.name}:\n{log.read_text(errors='replace')[-LOGGED:]}" for log in self._logs.rglob("*.log")
        )

    def _write(self, keys: str) -> None:
        os.write(self._keyboard, keys.encode())

    def _read(self) -> None:
        # The read fails once the program is gone.
        with contextlib.suppress(OSError):
            while output := os.read(self._keyboard, 65536):
                with self._lock:
                    self._stream.feed(output)


class _AnsweringScreen(pyte.Screen):
    """Answers what programs ask of a terminal: Helix waits for that at its start."""

    def __init__(self, answer: Callable[[str], None]) -> None:
        super().__init__(COLUMNS, ROWS)
        self._answer = answer

    def write_process_input(self, data: str) -> None:
        self._answer(data)

    def select_graphic_rendition(self, *attributes: int, private: bool = False) -> None:
        # With a private marker it is about xterm's keyboard, which pyte does not know.
        if not private:
            super().select_graphic_rendition(*attributes)
