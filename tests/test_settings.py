"""Settings: bad ones are named and cost nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.cli.settings_table import settings_table
from specedit_lsp.lsp.client import running_editor
from specedit_lsp.settings import Settings, read_settings


def test_good_settings_are_taken() -> None:
    settings, problems = read_settings({"model": {"path": "x"}, "stream": {"coalesceMilliseconds": 5}})
    assert not problems
    assert settings.model.path == "x"
    assert settings.stream.coalesce_milliseconds == 5


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ({"draft": {"width": 0}}, "draft.width"),
        ({"draft": {"breadth": 3}}, "draft.breadth"),
        ({"draft": 3}, "draft"),
        ({"nonsense": {}}, "nonsense"),
        ({"draft": {"sources": ["selection", 3]}}, "draft.sources.1"),
        ([], "specedit"),
    ],
)
def test_a_bad_setting_is_named_and_the_others_count(raw: object, name: str) -> None:
    if isinstance(raw, dict):
        raw["model"] = {"path": "x"}
    settings, [problem] = read_settings(raw)
    assert f"Setting {name} is left at its default" in problem
    if isinstance(raw, dict):
        assert settings == Settings.model_validate({"model": {"path": "x"}})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["model", "path", "draft", "width", "sources", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(raw=JSON)
def test_whatever_is_sent_gives_settings(raw: object) -> None:
    settings, _ = read_settings(raw)
    assert isinstance(settings, Settings)


async def test_the_user_is_told_of_bad_settings() -> None:
    options = {"model": {"path": "/no/such/model"}, "draft": {"width": "wide"}}
    async with running_editor(options=options) as editor:
        async for status in editor.follow_status():
            if status.state == "failed":
                break
        assert "/no/such/model" in status.message, "the good setting was taken"
        assert any("draft.width" in message for message in editor.messages)


def test_the_readme_lists_the_settings_as_they_are() -> None:
    readme = Path(__file__).parent.parent / "README.md"
    assert settings_table() in readme.read_text("utf-8")
