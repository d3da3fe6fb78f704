"""The worker's routes as OpenAPI 3.1, made from the table of routes and the messages themselves."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from specedit_lsp.transport.messages import Failed, Message
from specedit_lsp.version import VERSION
from specedit_lsp.worker.http.limits import BoundedOrder
from specedit_lsp.worker.http.refusals import JSON
from specedit_lsp.worker.http.request_limit import CLIENT_HEADER, CLIENT_NAME
from specedit_lsp.worker.http.routes import WorkerRoute

SCHEMA_PATH = "/openapi.json"
_REFERENCE = "#/components/schemas/{model}"


def describe_routes(routes: Iterable[WorkerRoute]) -> dict[str, Any]:
    """Return the OpenAPI document of some routes: plain JSON values."""
    routes = tuple(routes)
    answers = {model for route in routes for model in route.answer} | {Failed}
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = [(BoundedOrder, "validation")]
    models += [(model, "serialization") for model in sorted(answers, key=_name)]
    _, schemas = models_json_schema(models, ref_template=_REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _describe(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "specedit worker",
            "version": VERSION,
            "description": "Rewrites selections with a model, by speculative edits.",
        },
        "paths": paths,
        "security": [{"token": []}],
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _describe(route: WorkerRoute) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.summary,
        "parameters": [
            {
                "name": CLIENT_HEADER,
                "in": "header",
                "description": "Who asks: one name for all requests of a window or a command.",
                "schema": {"type": "string", "pattern": f"^{CLIENT_NAME.pattern}$"},
            }
        ],
        "responses": {
            str(route.status): _describe_answer(route),
            **{str(status): _describe_refusal(status) for status in route.refusals},
        },
    }
    if route.takes_order:
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": _refer(BoundedOrder)}}}
    return operation


def _describe_answer(route: WorkerRoute) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": HTTPStatus(route.status).phrase}
    if not route.answer:
        return answer
    if route.media_type == JSON:
        (model,) = route.answer
        return {**answer, "content": {JSON: {"schema": _refer(model)}}}
    names = " or ".join(_name(model) for model in route.answer)
    schema = {"type": "string", "description": f"A line each: {names}, as JSON."}
    return {**answer, "content": {route.media_type: {"schema": schema}}}


def _describe_refusal(status: int) -> dict[str, Any]:
    refusal: dict[str, Any] = {
        "description": HTTPStatus(status).phrase,
        "content": {JSON: {"schema": _refer(Failed)}},
    }
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        refusal["headers"] = {
            "Retry-After": {
                "description": "Seconds after which to send the same order again. Absent: do not.",
                "schema": {"type": "integer", "minimum": 1},
            }
        }
    return refusal


def _refer(model: type[Message]) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=_name(model))}


def _name(model: type[Message]) -> str:
    return model.__name__
