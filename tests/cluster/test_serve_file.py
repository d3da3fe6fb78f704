"""The Serve configuration in deploy/, by Ray's own rules."""

from __future__ import annotations

import inspect
from pathlib import Path

import yaml
from ray.serve.schema import ServeDeploySchema

from specedit_lsp.worker import ray_app
from specedit_lsp.worker.cluster.options import ClusterOptions


def test_serve_takes_the_file() -> None:
    text = (Path(__file__).parents[2] / "deploy" / "serve.yaml").read_text()
    [application] = ServeDeploySchema.model_validate(yaml.safe_load(text)).applications
    assert application.import_path == f"{ray_app.__name__}:app"
    ClusterOptions.model_validate(application.args)


def test_serve_sees_what_arguments_the_application_takes() -> None:
    # A type that is only a string would pass arguments through as they are.
    [parameter] = inspect.signature(ray_app.app).parameters.values()
    assert parameter.annotation is ClusterOptions
