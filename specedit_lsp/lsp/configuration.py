"""Settings as the client sends them: at the start, when it is asked, and when it says that they changed.

What the client says at the start, in `initializationOptions`, comes from its user. What it says later may
come from a workspace as well: while that is not trusted, it decides nothing that is marked as the machine's.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from specedit_lsp.lsp.status import show_warning
from specedit_lsp.settings import MACHINE, Settings, SettingsGroup, read_settings

if TYPE_CHECKING:
    from specedit_lsp.lsp.server import SpecEditServer

logger = logging.getLogger(__name__)

SECTION = "specedit"
TRUST = "workspaceTrusted"
"""Key in `initializationOptions`: false while the user has not said that the workspace is to be trusted."""
ANSWER_SECONDS = 2.0

Group = TypeVar("Group", bound=SettingsGroup)


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings in use, and what they were made of."""

    settings: Settings = field(default_factory=Settings)
    problems: tuple[str, ...] = ()
    """What was wrong with what the client sent: a sentence each, for the user."""
    is_trusted: bool = True
    """Whether the user trusts the workspace."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """The user's own settings, as the client sent them at the start."""

    @classmethod
    def from_options(cls, options: object) -> Configuration:
        """What `initializationOptions` say."""
        problems: list[str] = []
        if options is None:
            options = {}
        if not isinstance(options, dict):
            problems.append("initializationOptions are no object: all settings are left at their defaults.")
            options = {}
        own = {key: value for key, value in options.items() if key != TRUST}
        trust = options.get(TRUST, True)
        if not isinstance(trust, bool):
            problems.append(f"{TRUST} is neither true nor false: the workspace is not trusted.")
        settings, more = read_settings(own)
        return cls(settings, (*problems, *more), trust is True, own)

    def with_changes(self, changes: Mapping[str, Any]) -> Configuration:
        """The user's settings with those of the client's that count now instead."""
        settings, problems = read_settings(_merge(self.options, changes))
        if not self.is_trusted:
            own, _ = read_settings(dict(self.options))
            withheld = [*_machine_differences(settings, own, "")]
            settings = _keep_machine_settings(settings, own)
            problems += [
                f"Setting {name} is not taken from an untrusted workspace: set it in your own settings."
                for name in withheld
            ]
        return replace(self, settings=settings, problems=tuple(problems))


async def refresh_configuration(server: SpecEditServer, pushed: object = None) -> None:
    """Ask the client for its settings; those that it ``pushed`` count where it has no answer."""
    pulled = await _pull(server)
    changes = pulled or _own_part(pushed)
    if pulled is None and not changes:
        return
    told = server.configuration.problems
    server.configure(server.configuration.with_changes(changes))
    for problem in server.configuration.problems:
        if problem not in told:
            show_warning(server, problem)


async def follow_configuration(server: SpecEditServer) -> None:
    """Have the client say when its settings change, if it does so only for those who ask."""
    workspace = server.client_capabilities.workspace
    if not (
        workspace
        and workspace.did_change_configuration
        and workspace.did_change_configuration.dynamic_registration
    ):
        return
    method = types.WORKSPACE_DID_CHANGE_CONFIGURATION
    registration = types.Registration(id=method, method=method)
    with anyio.move_on_after(ANSWER_SECONDS):
        try:
            await server.client_register_capability_async(types.RegistrationParams([registration]))
        except JsonRpcException as error:
            logger.warning("the client will not say when settings change: %s", error)


async def _pull(server: SpecEditServer) -> dict[str, Any] | None:
    """What the client answers for each group of settings, so that sections of its own are no mistake.

    None if it has no answer: that leaves all as it is, and an empty one takes back what was changed.
    """
    workspace = server.client_capabilities.workspace
    if not (workspace and workspace.configuration):
        return None
    groups = _groups()
    items = [types.ConfigurationItem(section=f"{SECTION}.{group}") for group in groups]
    with anyio.move_on_after(ANSWER_SECONDS):
        try:
            answers = await server.workspace_configuration_async(types.ConfigurationParams(items))
        except JsonRpcException as error:
            logger.warning("the client has no settings for us: %s", error)
        else:
            given = zip(groups, answers, strict=False)
            return {group: answer for group, answer in given if answer is not None}
    return None


def _own_part(pushed: object) -> dict[str, Any]:
    """Our settings among those that a client pushed, with those of other servers or without."""
    if not isinstance(pushed, dict):
        return {}
    own = pushed.get(SECTION)
    if isinstance(own, dict):
        return own
    return {group: pushed[group] for group in _groups() if pushed.get(group) is not None}


def _groups() -> list[str]:
    return [str(info.alias) for info in Settings.model_fields.values()]


def _merge(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with ``changes``: groups setting by setting, anything else as a whole."""
    merged = dict(base)
    for name, value in changes.items():
        old = merged.get(name)
        is_group = isinstance(getattr(Settings(), name, None), SettingsGroup)
        if is_group and isinstance(old, dict) and isinstance(value, dict):
            value = {**old, **value}
        merged[name] = value
    return merged


def _machine_differences(
    new: SettingsGroup, own: SettingsGroup, prefix: str, limited: bool = False
) -> Iterator[str]:
    """The names of the machine's settings that ``new`` has otherwise than ``own``."""
    for name, info in type(new).model_fields.items():
        value, other = getattr(new, name), getattr(own, name)
        marked = limited or MACHINE in info.metadata
        if isinstance(value, SettingsGroup):
            yield from _machine_differences(value, other, f"{prefix}{info.alias}.", marked)
        elif marked and value != other:
            yield f"{prefix}{info.alias}"


def _keep_machine_settings(new: Group, own: Group) -> Group:
    """``new`` with the machine's settings as ``own`` has them, however their names were spelt on the wire."""
    kept: dict[str, Any] = {}
    for name, info in type(new).model_fields.items():
        value = getattr(new, name)
        if MACHINE in info.metadata:
            kept[name] = getattr(own, name)
        elif isinstance(value, SettingsGroup):
            kept[name] = _keep_machine_settings(value, getattr(own, name))
    return new.model_copy(update=kept)
