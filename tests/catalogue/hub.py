"""A hub on this machine: as much of the hub's file API as fetching a model needs, over real HTTP."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"
NAME = "some-body/some-model"


@dataclass
class Hub:
    """Files of one model, and what was asked for."""

    files: dict[str, bytes]
    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Path and Range header of each file that was sent."""
    cut_after: int | None = None
    """Bytes of a file of weights after which the connection is lost, once."""
    harm: bool = False
    """Whether weights arrive with a wrong byte."""

    def tree(self) -> list[dict[str, object]]:
        """What the hub says its files are."""
        return [self._entry(name, content) for name, content in self.files.items()]

    def _entry(self, name: str, content: bytes) -> dict[str, object]:
        git = hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()
        entry: dict[str, object] = {"type": "file", "path": name, "size": len(content), "oid": git}
        if name.endswith((".safetensors", ".bin")):
            sha = hashlib.sha256(content).hexdigest()
            entry["lfs"] = {"oid": sha, "size": len(content), "pointerSize": 134}
        return entry

    def etag(self, name: str) -> str:
        """What tells one version of a file from another: its hash."""
        entry = self._entry(name, self.files[name])
        lfs = entry.get("lfs")
        return str(lfs["oid"]) if isinstance(lfs, dict) else str(entry["oid"])


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        path = self.path.partition("?")[0]
        if path.startswith(f"/api/models/{NAME}/tree/"):
            self._send_json(self.hub.tree())
        elif path.startswith(f"/api/models/{NAME}"):
            siblings = [{"rfilename": name} for name in self.hub.files]
            self._send_json({"id": NAME, "sha": COMMIT, "siblings": siblings, "tags": []})
        elif path.startswith(f"/{NAME}/resolve/{COMMIT}/"):
            self._send_file(path.removeprefix(f"/{NAME}/resolve/{COMMIT}/"), with_body)
        else:
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()

    def _send_json(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _send_file(self, name: str, with_body: bool) -> None:
        content = self.hub.files[name]
        wanted = self.headers.get("Range", "")
        start = int(wanted.removeprefix("bytes=").split("-")[0]) if wanted else 0
        self.send_response(206 if wanted else 200)
        self.send_header("ETag", f'"{self.hub.etag(name)}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(content) - start))
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        if not with_body:
            return
        self.hub.asked.append((name, wanted))
        weights = name.endswith(".safetensors")
        if weights and self.hub.harm:
            content = content[:-1] + bytes([content[-1] ^ 1])
        if weights and self.hub.cut_after is not None:
            content, self.hub.cut_after = content[: self.hub.cut_after], None
            self.close_connection = True
        self.wfile.write(content[start:])


@contextmanager
def serve_hub(files: dict[str, bytes]) -> Iterator[Hub]:
    """A hub with one model, on a free port of this machine."""
    hub = Hub(files)
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
