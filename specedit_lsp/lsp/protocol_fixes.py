"""pygls 2.1 with its faults mended, an override each; tests/lsp/test_protocol_fixes.py fails without."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Any

import cattrs
from lsprotocol import types
from pygls.exceptions import (
    FeatureRequestError,
    JsonRpcException,
    JsonRpcInternalError,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
    JsonRpcParseError,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method
from pygls.protocol.json_rpc import JsonRPCNotification, JsonRPCRequestMessage

from specedit_lsp.lsp.documents import ExactWorkspace
from specedit_lsp.lsp.envelope import (
    VERSION,
    answer_id,
    check_envelope,
    is_id,
    is_reply,
    is_request,
    root_cause,
    wants_answer,
)
from specedit_lsp.lsp.message_stream import Message, Unreadable
from specedit_lsp.lsp.messages import SERVER_CAPABILITIES

logger = logging.getLogger(__name__)


def create_converter() -> cattrs.Converter:
    """pygls' converter, which also insists that text is text; a language called `true` fails much later."""
    converter: cattrs.Converter = default_converter()  # type: ignore[no-untyped-call]
    for kind in (str, types.LanguageKind | str):
        converter.register_structure_hook(kind, _check_text)
    return converter


class MendedProtocol(LanguageServerProtocol):
    """The language server protocol as pygls speaks it, less its faults."""

    def receive(self, received: Message | Unreadable) -> None:
        """Handle what the client sent. A request that is no good is answered, anything else logged."""
        if isinstance(received, Unreadable):
            logger.warning("%s", received.why)
            self._refuse(None, JsonRpcParseError(received.why))
            return
        value = received.value
        try:
            self._dispatch(check_envelope(value))
        except JsonRpcException as refusal:
            # What was wrong may quote the user's text; the client is told in any case.
            logger.warning("refused a message: %s", type(refusal).__name__)
            logger.debug("%a", refusal.message)
            if wants_answer(value):
                self._refuse(answer_id(value), refusal)
        except Exception:
            logger.exception("a message could not be handled")

    def _refuse(self, msg_id: int | str | None, refusal: JsonRpcException) -> None:
        """Answer with an error; an unknown id is null in it, where pygls leaves it out."""
        error = {"code": refusal.code, "message": refusal.message}
        self._send_data({"jsonrpc": VERSION, "id": msg_id, "error": error})

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Custom parameters stay JSON, where pygls makes nested namedtuples with renamed keys of them.

        Raises:
            JsonRpcInvalidParams: the parameters are not those of the method.
        """
        method, params = data["method"], data.get("params")
        kind = self.get_message_type(method)
        if kind is None:
            plain = {"method": method, "jsonrpc": data["jsonrpc"], "params": params}
            return (
                JsonRPCRequestMessage(id=data["id"], **plain)
                if is_request(data)
                else JsonRPCNotification(**plain)
            )
        try:
            return self._converter.structure(data, kind)
        except Exception as error:
            raise JsonRpcInvalidParams(
                f"The parameters of {method} do not fit: {root_cause(error)}"
            ) from None

    def _dispatch(self, message: dict[str, Any]) -> None:
        if is_reply(message):
            self._take_reply(message)
            return
        method = message["method"]
        self._check_turn(message)
        if not self._handles(method):
            if is_request(message):
                raise JsonRpcMethodNotFound.of(method)
            if not method.startswith("$/"):
                logger.warning("ignored a notification of unknown kind: %a", method)
            return
        self.handle_message(self.structure_message(message))

    def _handles(self, method: str) -> bool:
        return (
            method == types.CANCEL_REQUEST or method in self.fm.builtin_features or method in self.fm.features
        )

    def _check_turn(self, message: dict[str, Any]) -> None:
        """The order of a session's messages, which pygls leaves to the client."""
        method, msg_id = message["method"], message.get("id")
        if method == types.EXIT:
            return
        if self._shutdown:
            raise JsonRpcInvalidRequest("The server was shut down: only `exit` may follow.")
        if self._workspace is None and method != types.INITIALIZE:
            raise JsonRpcServerNotInitialized("The server waits for `initialize`.")
        if self._workspace is not None and method == types.INITIALIZE:
            raise JsonRpcInvalidRequest("The server is initialised already.")
        if msg_id is not None and msg_id in self._request_futures:
            raise JsonRpcInvalidRequest(f"There is a request {msg_id!r} under way: ids must be unique.")

    def _take_reply(self, message: dict[str, Any]) -> None:
        """A reply ends the wait for it, even one that cannot be read; pygls would wait for ever."""
        msg_id = message["id"]
        if not is_id(msg_id) or msg_id not in self._result_types:
            logger.warning("ignored a reply to no request of ours")
            return
        kind = self._result_types.pop(msg_id)
        try:
            if message.get("error") is not None:
                reply = self._converter.structure(message, types.ResponseErrorMessage)
                result, error = None, reply.error
            else:
                result = self._converter.structure(message, kind).result if kind else message.get("result")
                error = None
        except Exception as unfit:
            text = f"The client's reply does not fit: {root_cause(unfit)}"
            result, error = None, types.ResponseError(types.ErrorCodes.InternalError, text)
        self._handle_response(msg_id, result, error)

    def _handle_response(
        self, msg_id: Any, result: Any = None, error: types.ResponseError | None = None
    ) -> None:
        """A reply to a request of ours that was cancelled meanwhile is dropped; pygls fails on it."""
        future = self._request_futures.get(msg_id)
        if future is not None and future.cancelled():
            del self._request_futures[msg_id]
            return
        super()._handle_response(msg_id, result, error)

    def _handle_cancel_notification(self, msg_id: Any) -> None:
        """A client cancels its own requests; by their ids pygls would cancel the server's as well."""
        if msg_id not in self._result_types:
            super()._handle_cancel_notification(msg_id)

    def _execute_handler(
        self,
        msg_id: Any,
        handler: Callable[..., Any],
        callback: Callable[[Future[Any]], None],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        """What is done is forgotten; pygls keeps a future for each notification, each keystroke, for ever."""
        super()._execute_handler(msg_id, handler, callback, args, kwargs)
        future = self._request_futures.get(msg_id)
        if future is not None:
            future.add_done_callback(lambda done: self._forget(msg_id, done))

    def _run_generator(
        self, future: Future[Any] | None, *, gen: Generator[Any, Any, Any], result_future: Future[Any]
    ) -> None:
        """What waits for a cancelled handler is cancelled with it; pygls leaves it waiting."""
        if future is not None and future.cancelled():
            gen.close()
            result_future.cancel()
            return
        super()._run_generator(future, gen=gen, result_future=result_future)

    def _forget(self, msg_id: Any, done: Future[Any]) -> None:
        if self._request_futures.get(msg_id) is done:
            del self._request_futures[msg_id]

    def _check_handler_result(self, future: Future[Any]) -> None:
        """A notification that cannot be handled is logged; pygls shows the user what means nothing to him."""
        if not future.cancelled() and (error := future.exception()) is not None:
            logger.error("a notification could not be handled", exc_info=error)

    def _send_handler_result(self, future: Future[Any], *, msg_id: Any) -> None:
        """Errors go out without a traceback in them, and expected refusals do not fill the log."""
        error = None if future.cancelled() else future.exception()
        if error is None:
            super()._send_handler_result(future, msg_id=msg_id)
            return
        self._request_futures.pop(msg_id, None)
        self._result_types.pop(msg_id, None)
        if not isinstance(error, JsonRpcException):
            logger.error("request %a failed", msg_id, exc_info=error)
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

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    def lsp_workspace__execute_command(self, params: types.ExecuteCommandParams) -> Generator[Any, Any, Any]:
        """A command without any of its arguments is refused; pygls calls it without."""
        params.arguments = params.arguments or []
        return (yield from super().lsp_workspace__execute_command(params))

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(
        self, params: types.DidChangeTextDocumentParams
    ) -> Generator[Any, Any, None]:
        """A document whose change does not fit is forgotten; pygls goes on with a copy that is wrong."""
        try:
            yield from super().lsp_text_document__did_change(params)
        except ValueError as error:
            self.workspace.remove_text_document(params.text_document.uri)
            message = (
                f"A change of {params.text_document.uri} does not fit: reopen it to rewrite in it ({error})."
            )
            logger.warning("%s", message)
            self._server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> Generator[Any, Any, None]:
        """Pending requests are cancelled from a copy: pygls changes the dictionary it walks through."""
        current = self.msg_id
        for msg_id, future in list(self._request_futures.items()):
            if msg_id != current and not future.done():
                future.cancel()
        yield from super().lsp_shutdown(*args)


def _check_text(value: Any, kind: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a string was expected, not {type(value).__name__}")
    return value
