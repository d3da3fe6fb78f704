"""Settings come in three ways, count at once where they can, and an untrusted workspace decides little."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from lsprotocol import types

from specedit_lsp.lsp.client import Editor, running_editor
from specedit_lsp.lsp.client_protocol import our_capabilities
from specedit_lsp.lsp.configuration import Configuration

NO_MODEL = {"model": {"path": "/no/such/model"}}
WARNING = "is not taken from an untrusted workspace"


def test_settings_of_a_trusted_workspace_count() -> None:
    start = Configuration.from_options({"model": {"path": "mine"}, "draft": {"width": 5}})
    changed = start.with_changes({"model": {"path": "its"}, "draft": {"branches": 2}})
    assert (changed.settings.model.path, changed.problems) == ("its", ())
    assert (changed.settings.draft.width, changed.settings.draft.branches) == (5, 2)


def test_later_changes_replace_earlier_ones() -> None:
    start = Configuration.from_options({"draft": {"width": 5}})
    changed = start.with_changes({"draft": {"width": 6}}).with_changes({"presets": {"A": "b"}})
    assert (changed.settings.draft.width, changed.settings.presets) == (5, {"A": "b"})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"model": {"path": "its"}}, ["model.path"]),
        ({"draft": {"model": "its"}}, ["draft.model"]),
        ({"worker": {"maxQueued": 99, "threads": 3}}, ["worker.maxQueued", "worker.threads"]),
        ({"worker": {"max_queued": 99}}, ["worker.maxQueued"]),
        ({"log": {"level": "debug"}}, ["log.level"]),
    ],
)
def test_an_untrusted_workspace_sets_nothing_of_the_machine(
    changes: dict[str, Any], named: list[str]
) -> None:
    options = {"workspaceTrusted": False, "model": {"path": "mine"}}
    start = Configuration.from_options(options)
    changed = start.with_changes({**changes, "stream": {"mode": "atomic"}})
    assert changed.settings.model_copy(update={"stream": start.settings.stream}) == start.settings
    assert changed.settings.stream.mode == "atomic", "what is harmless counts"
    assert [problem.split()[1] for problem in changed.problems] == named
    assert all(WARNING in problem for problem in changed.problems)


def test_an_untrusted_workspace_may_repeat_what_the_user_set() -> None:
    start = Configuration.from_options({"workspaceTrusted": False, "model": {"path": "mine"}})
    assert start.with_changes({"model": {"path": "mine", "device": "auto"}}).problems == ()


def test_trust_that_is_no_truth_value_is_no_trust() -> None:
    start = Configuration.from_options({"workspaceTrusted": "yes"})
    assert not start.is_trusted
    assert "workspaceTrusted" in start.problems[0]


@pytest.mark.parametrize("options", ["text", 3, [{}]])
def test_options_that_are_no_object_are_named(options: object) -> None:
    assert "initializationOptions" in Configuration.from_options(options).problems[0]


def pulling() -> types.ClientCapabilities:
    capabilities = our_capabilities()
    capabilities.workspace = types.WorkspaceClientCapabilities(
        configuration=True,
        did_change_configuration=types.DidChangeConfigurationClientCapabilities(dynamic_registration=True),
    )
    return capabilities


def answer_with(editor: Editor, settings: dict[str, Any]) -> list[str]:
    """Answer as an editor does: by section, null for what is not set. Returns what the server registers."""
    registered: list[str] = []

    @editor.client.feature(types.WORKSPACE_CONFIGURATION)
    def configuration(params: types.ConfigurationParams) -> list[Any]:
        sections = [str(item.section).removeprefix("specedit.") for item in params.items]
        return [settings.get(section) for section in sections]

    @editor.client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        registered.extend(registration.method for registration in params.registrations)

    return registered


def tell(editor: Editor, settings: Any) -> None:
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))


async def titles(editor: Editor) -> list[str]:
    """The titles of the code actions that are offered: those of the presets."""
    buffer = editor.buffers.get("file:///a.py") or editor.open("file:///a.py", "a = 1\n")
    span = types.Range(types.Position(0, 0), types.Position(1, 0))
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(buffer.uri), span, types.CodeActionContext(diagnostics=[])
    )
    answer: Any = await editor.client.text_document_code_action_async(params)
    return [action["title"] for action in answer]


async def until_offered(editor: Editor, expected: list[str]) -> None:
    async with asyncio.timeout(30):
        while await titles(editor) != expected:
            await asyncio.sleep(0.02)


async def test_a_client_is_asked_at_the_start_and_whenever_something_changed() -> None:
    settings: dict[str, Any] = {"presets": {"One": "do one"}, "stream": {"mood": 3}}
    async with running_editor(capabilities=pulling(), options=NO_MODEL) as editor:
        registered = answer_with(editor, settings)
        await until_offered(editor, ["One"])
        settings["presets"] = {"Two": "do two"}
        tell(editor, None)
        await until_offered(editor, ["Two"])
        assert registered == [types.WORKSPACE_DID_CHANGE_CONFIGURATION]
        assert len([message for message in editor.messages if "stream.mood" in message]) == 1


async def test_settings_that_are_taken_away_count_no_more() -> None:
    settings: dict[str, Any] = {"presets": {"One": "do one"}}
    async with running_editor(
        capabilities=pulling(), options={**NO_MODEL, "presets": {"Mine": "x"}}
    ) as editor:
        answer_with(editor, settings)
        await until_offered(editor, ["One"])
        settings.clear()
        tell(editor, None)
        await until_offered(editor, ["Mine"])


async def test_a_client_that_cannot_be_asked_may_push() -> None:
    async with running_editor(options=NO_MODEL) as editor:
        tell(editor, {"specedit": {"presets": {"One": "do one"}}, "pylsp": {}})
        await until_offered(editor, ["One"])
        tell(editor, {"presets": {"Two": "do two"}, "pylsp": {"plugins": 1}})
        await until_offered(editor, ["Two"])
        tell(editor, {"pylsp": {}})
        tell(editor, "nonsense")
        assert await titles(editor) == ["Two"]
        assert not [message for message in editor.messages if "pylsp" in message]


async def test_a_client_without_an_answer_is_not_waited_for() -> None:
    async with running_editor(capabilities=pulling(), options=NO_MODEL) as editor:
        # Nothing answers `workspace/configuration` here: the client says that it knows no such method.
        tell(editor, {"specedit": {"presets": {"One": "do one"}}})
        await until_offered(editor, ["One"])


@pytest.mark.usefixtures("runtime_folder")  # one that has failed before does not load again
async def test_another_model_replaces_the_worker() -> None:
    async with running_editor(options=NO_MODEL) as editor:
        async for status in editor.follow_status():
            if status.state == "loading":
                tell(editor, {"specedit": {"model": {"path": "/other/model"}}})
                break
        async for status in editor.follow_status():
            if status.state == "failed":
                break
        assert "/other/model" in status.message, "the end of the first worker is no failure"


async def test_the_user_is_told_what_an_untrusted_workspace_may_not_set() -> None:
    async with running_editor(options={**NO_MODEL, "workspaceTrusted": False}) as editor:
        tell(editor, {"specedit": {"model": {"path": "/its/model"}, "presets": {"One": "do one"}}})
        await until_offered(editor, ["One"])
        assert [message for message in editor.messages if WARNING in message and "model.path" in message]
        assert "/its/model" not in {status.model for status in editor.statuses}
