"""No path, model or template is ever taken from a request."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from specedit_lsp.settings import Settings
from specedit_lsp.transport.messages import RewriteOrder
from specedit_lsp.worker.engine.model_engine import ModelEngine
from specedit_lsp.worker.http.openapi import describe_routes
from specedit_lsp.worker.http.routes import ROUTES
from tests.security.opened_files import Watch

SECRET = "what no model may read"
FORWARDS = 3

NAMES = {
    *("instruction", "selection", "before", "after", "language", "workspace", "rules", "likely", "verified"),
    *("contextTokens", "rulesTokens", "drafting", "sources", "width", "branches"),
    *("prompt", "tokens", "model", "kind", "reason", "message", "state", "percent", "device", "queued"),
    *("tokensPerSecond", "version", "pid", "clients", "idleSeconds", "protocol"),
}
"""All there are. `model` is only told, by the status and a prompt that is shown."""


@pytest.fixture(scope="module")
def engine() -> ModelEngine:
    return ModelEngine.load(Settings.model_validate({"model": {"device": "cpu"}}), lambda percent: None)


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A folder that could be a model's, with files that could be a template or anything else."""
    for name in ("config.json", "chat_template.jinja", "canary.txt"):
        (tmp_path / name).write_text(SECRET)
    return tmp_path


NAMINGS: list[Callable[[Path], str]] = [
    lambda folder: str(folder / "canary.txt"),
    lambda folder: str(folder),
    lambda folder: (folder / "canary.txt").as_uri(),
    lambda folder: (
        f"{{% include '{folder}/chat_template.jinja' %}}{{{{ open('{folder}/canary.txt').read() }}}}"
    ),
    lambda folder: "../" * 20 + str(folder / "canary.txt").removeprefix("/"),
]


@pytest.mark.parametrize("name", NAMINGS, ids=["path", "folder", "url", "template", "relative"])
def test_no_text_of_an_order_is_opened(
    engine: ModelEngine, canary: Path, name: Callable[[Path], str]
) -> None:
    texts = {key for key, field in RewriteOrder.model_fields.items() if field.annotation is str}
    assert len(texts) >= 7
    order = RewriteOrder.model_validate({key: name(canary) for key in texts})
    with Watch([canary, *canary.iterdir()]) as watch:
        prompt = engine.show_prompt(order).prompt
        for _ in itertools.islice(engine.warm(order), FORWARDS):
            pass
        for _ in itertools.islice(engine.rewrite(order, lambda: False), FORWARDS):
            pass
        assert not watch.heard()
        assert SECRET not in prompt
        (canary / "canary.txt").read_text()
        assert watch.heard(), "it would have been heard"


def walk(schema: object) -> Iterator[dict[str, Any]]:
    """All schemas inside a schema."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from walk(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from walk(value)


def test_the_schema_has_no_field_that_names_something_to_load() -> None:
    document = describe_routes(ROUTES)
    schemas = document["components"]["schemas"]
    requests = [schemas["BoundedOrder"], schemas["DraftOptions"]]
    for schema in requests:
        assert schema["additionalProperties"] is False
        for field in walk(schema["properties"]):
            if field.get("type") == "string":
                assert "maxLength" in field or "enum" in field, field
    asked = {name for schema in requests for name in schema["properties"]}
    assert asked <= NAMES - {"model"}, "think of what a new field could open, then add it here"
    parameters = {
        parameter["name"]
        for path in document["paths"].values()
        for operation in path.values()
        for parameter in operation["parameters"]
    }
    assert parameters == {"Specedit-Client"}
    assert not any("{" in path for path in document["paths"]), "no path has a parameter"
