"""The files in deploy/, as far as they can be judged without a cluster."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from specedit_lsp.version import VERSION
from specedit_lsp.worker.cluster.options import ClusterOptions
from specedit_lsp.worker.cluster.users import UserFile
from specedit_lsp.worker.queue.metrics import METRICS

DEPLOY = Path(__file__).parents[3] / "deploy"

KNOWN = {
    "RayService": {
        "serveConfigV2",
        "rayClusterConfig",
        "upgradeStrategy",
        "serveService",
        "excludeHeadPodFromServeSvc",
        "rayClusterDeletionDelaySeconds",
    },
    "rayClusterConfig": {
        "rayVersion",
        "enableInTreeAutoscaling",
        "autoscalerOptions",
        "authOptions",
        "gcsFaultToleranceOptions",
        "headGroupSpec",
        "headServiceAnnotations",
        "workerGroupSpecs",
    },
    "headGroupSpec": {"template", "rayStartParams", "serviceType", "headService", "enableIngress", "labels"},
    "workerGroupSpecs": {
        "groupName",
        "replicas",
        "minReplicas",
        "maxReplicas",
        "numOfHosts",
        "idleTimeoutSeconds",
        "rayStartParams",
        "template",
        "labels",
    },
}
"""The fields that KubeRay's ray.io/v1 knows: it drops others without a word."""


@pytest.fixture
def documents() -> dict[str, Any]:
    found = yaml.safe_load_all((DEPLOY / "kuberay.yaml").read_text())
    return {document["kind"]: document for document in found}


@pytest.fixture
def service(documents: dict[str, Any]) -> Any:
    return documents["RayService"]["spec"]


@pytest.fixture
def serve() -> Any:
    return yaml.safe_load((DEPLOY / "serve.yaml").read_text())


def test_the_manifest_has_no_field_that_is_not_known(documents: dict[str, Any], service: Any) -> None:
    assert documents["RayService"]["apiVersion"] == "ray.io/v1"
    cluster = service["rayClusterConfig"]
    assert set(service) <= KNOWN["RayService"]
    assert set(cluster) <= KNOWN["rayClusterConfig"]
    assert set(cluster["headGroupSpec"]) <= KNOWN["headGroupSpec"]
    assert all(set(group) <= KNOWN["workerGroupSpecs"] for group in cluster["workerGroupSpecs"])


def test_the_manifest_serves_what_the_other_file_does(service: Any, serve: Any) -> None:
    assert yaml.safe_load(service["serveConfigV2"]) == serve


def test_nodes_have_room_for_the_replicas(service: Any, serve: Any) -> None:
    options = ClusterOptions.model_validate(serve["applications"][0]["args"])
    [group] = service["rayClusterConfig"]["workerGroupSpecs"]
    limits = group["template"]["spec"]["containers"][0]["resources"]["limits"]
    assert float(limits["nvidia.com/gpu"]) >= options.num_gpus
    assert float(limits["cpu"]) >= options.num_cpus
    assert group["minReplicas"] >= options.min_replicas
    assert group["maxReplicas"] >= options.max_replicas


def test_paths_lie_in_what_is_mounted(service: Any, serve: Any) -> None:
    [group] = service["rayClusterConfig"]["workerGroupSpecs"]
    pod = group["template"]["spec"]
    mounts = {mount["name"]: mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]}
    assert {volume["name"] for volume in pod["volumes"]} == set(mounts)
    arguments = serve["applications"][0]["args"]
    for path in (arguments["users"], arguments["model"]):
        assert any(path.startswith(f"{mount}/") for mount in mounts.values())


def test_one_version_of_ray_and_of_us(service: Any) -> None:
    cluster = service["rayClusterConfig"]
    base = re.search(r"rayproject/ray:([\d.]+)-", (DEPLOY / "Dockerfile").read_text())
    assert base is not None
    assert base[1] == cluster["rayVersion"]
    pods = [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]
    images = {pod["template"]["spec"]["containers"][0]["image"] for pod in pods}
    assert images == {f"your-registry/specedit:{VERSION}"}


def test_the_way_in_leads_to_the_service(documents: dict[str, Any], serve: Any) -> None:
    rule = documents["Ingress"]["spec"]["rules"][0]
    backend = rule["http"]["paths"][0]["backend"]["service"]
    assert backend["name"] == f"{documents['RayService']['metadata']['name']}-serve-svc"
    assert backend["port"]["number"] == serve["http_options"]["port"]
    assert rule["host"] in documents["Ingress"]["spec"]["tls"][0]["hosts"]


def test_the_example_of_users_can_be_read() -> None:
    assert UserFile(DEPLOY / "users.example.toml").find("nobody's") is None


def test_the_dashboard_shows_every_metric_and_no_other() -> None:
    board = json.loads((DEPLOY / "grafana.json").read_text())
    shown = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    used = {name for expression in shown for name in re.findall(r"ray_specedit_\w+", expression)}
    suffixes = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
    exported = {
        metric.name: {f"ray_{metric.name}{suffix}" for suffix in suffixes[metric.kind]} for metric in METRICS
    }
    assert used <= set.union(*exported.values())
    assert [name for name, series in exported.items() if not series & used] == []


def test_the_dashboard_groups_by_labels_that_there_are() -> None:
    labels = {label for metric in METRICS for label in metric.labels} | {"le", "replica"}
    text = (DEPLOY / "grafana.json").read_text()
    grouped = {label for group in re.findall(r"by \(([^)]*)\)", text) for label in group.split(", ")}
    assert grouped <= labels
