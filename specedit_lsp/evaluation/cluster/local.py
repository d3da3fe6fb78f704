"""A Ray cluster of several nodes on this machine, reached by the loopback alone."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ray
from ray import serve
from ray.cluster_utils import Cluster

LOOPBACK = "127.0.0.1"
METRICS_MILLISECONDS = 1000
"""How often processes report their metrics; Ray's default is ten times as long."""
OBJECT_STORE_BYTES = 80 * 2**20
"""About the least that Ray takes; no request goes through it."""
PROXY_SECONDS = 60
"""How long the proxy may take to start; Serve's 5 seconds are too few where many share few processors."""


@dataclass(frozen=True, slots=True)
class LocalCluster:
    """A cluster that applications can be run on."""

    nodes: Cluster
    """Ray's handle, by which nodes are added and killed."""
    port: int
    """Of the one proxy, on the head node."""

    @property
    def url(self) -> str:
        """Where the routes are."""
        return f"http://{LOOPBACK}:{self.port}"

    def metrics_urls(self) -> list[str]:
        """Where each node exports its metrics."""
        return [
            f"http://{LOOPBACK}:{node.metrics_export_port}/metrics" for node in self.nodes.list_all_nodes()
        ]

    def add_node(self, processors: int, system: dict[str, Any] | None = None) -> Any:
        """Add a node with so many processors; what ``system`` says is the first one's to say."""
        return self.nodes.add_node(
            num_cpus=processors,
            num_gpus=0,
            node_ip_address=LOOPBACK,
            object_store_memory=OBJECT_STORE_BYTES,
            include_dashboard=False,
            _system_config=system,
        )


@contextmanager
def running_cluster(*processors: int, environment: Mapping[str, str] | None = None) -> Iterator[LocalCluster]:
    """A cluster of nodes with so many processors each, the first one being the head.

    ``environment`` is that of the replicas, besides this process' own.
    """
    # Sockets go there, whose paths may have 107 bytes.
    with TemporaryDirectory(prefix="ray-", dir="/tmp") as folder, _variables_for_nodes(folder):
        nodes = Cluster()
        cluster = LocalCluster(nodes, find_free_port())
        try:
            cluster.add_node(processors[0], {"metrics_report_interval_ms": METRICS_MILLISECONDS})
            for count in processors[1:]:
                cluster.add_node(count)
            nodes.wait_for_nodes()
            ray.init(
                address=nodes.address,
                runtime_env={"env_vars": dict(environment or {})},
                log_to_driver=False,
                logging_level="warning",
            )
            serve.start(proxy_location="HeadOnly", http_options={"host": LOOPBACK, "port": cluster.port})
            yield cluster
            serve.shutdown()
        finally:
            ray.shutdown()
            nodes.shutdown()


@contextmanager
def _variables_for_nodes(folder: str) -> Iterator[None]:
    variables = {"RAY_TMPDIR": folder, "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": str(PROXY_SECONDS)}
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    (Path(folder) / "ray").mkdir()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def find_free_port() -> int:
    """Return a port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
