"""pygls 2.1 with its faults mended, an override each; tests/lsp/test_protocol_fixes.py fails without."""

from __future__ import annotations

import logging
from collections.abc import Generator
from concurrent.futures import Future
from typing import Any

import cattrs
from lsprotocol import types
from pygls.exceptions import (
    FeatureRequestError,
    JsonRpcException,
    JsonRpcInternalError,
    JsonRpcInvalidParams,
)
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method

from specedit_lsp.lsp.documents import ExactWorkspace
from specedit_lsp.lsp.messages import REWRITE_RANGE, SERVER_CAPABILITIES, RawRequest

logger = logging.getLogger(__name__)


def create_converter() -> cattrs.Converter:
    """pygls' converter, which also leaves the parameters of our own requests as plain JSON."""
    converter: cattrs.Converter = default_converter()  # type: ignore[no-untyped-call]
    converter.register_structure_hook(RawRequest, lambda message, _: RawRequest(**message))
    return converter


class MendedProtocol(LanguageServerProtocol):
    """The language server protocol as pygls speaks it, less its faults."""

    def get_message_type(self, method: str) -> type[Any] | None:  # type: ignore[override]
        """Custom parameters arrive as JSON; pygls would make nested namedtuples with renamed keys of them."""
        return RawRequest if method == REWRITE_RANGE else super().get_message_type(method)

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Malformed parameters of a request are answered; pygls leaves the client waiting for ever."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "method" in data and "id" in data:
                refusal = JsonRpcInvalidParams(
                    f"The parameters of {data['method']} do not fit: {_root(error)}"
                )
                self._send_response(data["id"], error=refusal.to_response_error())
            raise

    def _handle_response(
        self, msg_id: Any, result: Any = None, error: types.ResponseError | None = None
    ) -> None:
        """A reply to a request of ours that was cancelled meanwhile is dropped; pygls fails on it."""
        future = self._request_futures.get(msg_id)
        if future is not None and future.cancelled():
            del self._request_futures[msg_id]
            return
        super()._handle_response(msg_id, result, error)

    def _send_handler_result(self, future: Future[Any], *, msg_id: Any) -> None:
        """Errors go out without a traceback in them, and expected refusals do not fill the log."""
        error = None if future.cancelled() else future.exception()
        if error is None:
            super()._send_handler_result(future, msg_id=msg_id)
            return
        self._request_futures.pop(msg_id, None)
        self._result_types.pop(msg_id, None)
        if not isinstance(error, JsonRpcException):
            logger.error("request %s failed", msg_id, exc_info=error)
            error = JsonRpcInternalError(
                f"The language server failed with {type(error).__name__}: {error}. Its log has the details.",
                data={"reason": "internalError"},
            )
            self._server._report_server_error(error, FeatureRequestError)
        self._send_response(msg_id, error=error.to_response_error())

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Documents follow the protocol's line rules, and the answer names our extension."""
        result = yield from super().lsp_initialize(params)
        result.capabilities.experimental = SERVER_CAPABILITIES
        plain = self.workspace
        self._workspace = ExactWorkspace(
            params.root_uri,
            self._server._text_document_sync_kind,
            [*plain.folders.values()],
            plain.position_encoding,
        )
        return result

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> Generator[Any, Any, None]:
        """Pending requests are cancelled from a copy: pygls changes the dictionary it walks through."""
        current = self.msg_id
        for msg_id, future in list(self._request_futures.items()):
            if msg_id != current and not future.done():
                future.cancel()
        yield from super().lsp_shutdown(*args)


def _root(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error
