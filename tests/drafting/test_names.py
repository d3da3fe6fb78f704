"""Words, styles, capitals and plurals of identifiers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.drafting.names import IDENTIFIER, STYLES, find_style, list_variants, restyle, split_words

WORDS = st.lists(st.from_regex(r"[a-z]{2,6}", fullmatch=True), min_size=2, max_size=4)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("user", ["user"]),
        ("user_name", ["user", "name"]),
        ("userName", ["user", "name"]),
        ("UserName", ["user", "name"]),
        ("USER_NAME", ["user", "name"]),
        ("user-name", ["user", "name"]),
        ("parseHTMLPage", ["parse", "html", "page"]),
        ("HTTPServer", ["http", "server"]),
        ("getURL", ["get", "url"]),
        ("utf8", ["utf", "8"]),
        ("sha256Sum", ["sha", "256", "sum"]),
        ("größeMax", ["größe", "max"]),
        ("élanVital", ["élan", "vital"]),
        ("_", []),
        ("", []),
    ],
)
def test_names_are_split_at_humps_and_joints(name: str, words: list[str]) -> None:
    assert split_words(name) == words


@given(words=WORDS, style=st.sampled_from(sorted(STYLES)))
def test_a_styled_name_has_the_words_it_was_made_of_and_its_style_is_found(
    words: list[str], style: str
) -> None:
    name = STYLES[style](words)
    assert split_words(name) == words
    assert find_style(name) == style


@given(words=WORDS, one=st.sampled_from(sorted(STYLES)), other=st.sampled_from(sorted(STYLES)))
def test_styling_there_and_back_changes_nothing(words: list[str], one: str, other: str) -> None:
    name = STYLES[one](words)
    assert restyle(restyle(name, other), one) == name


@pytest.mark.parametrize(
    ("name", "style", "styled"),
    [
        ("_private_name", "camel", "_privateName"),
        ("__dunder_name__", "camel", "__dunderName__"),
        ("max_retries", "screaming", "MAX_RETRIES"),
        ("maxRetries", "kebab", "max-retries"),
        ("line_2_x", "camel", "line2X"),
        ("__", "camel", "__"),
    ],
)
def test_underscores_around_a_name_stay(name: str, style: str, styled: str) -> None:
    assert restyle(name, style) == styled


@pytest.mark.parametrize("name", ["user", "_user", "x", "User"])
def test_one_word_tells_no_style(name: str) -> None:
    assert find_style(name) is None


@pytest.mark.parametrize(
    ("old", "new", "variants"),
    [
        ("user", "account", {"User": "Account", "USER": "ACCOUNT", "users": "accounts", "Users": "Accounts"}),
        ("entry", "box", {"entries": "boxes", "Entries": "Boxes"}),
        ("user", "entity", {"users": "entities"}),
        ("max_size", "limit", {"maxSize": "limit", "MaxSize": "Limit", "MAX_SIZE": "LIMIT"}),
        (
            "file_path",
            "source_url",
            {"filePath": "sourceUrl", "FILE_PATH": "SOURCE_URL", "FilePath": "SourceUrl"},
        ),
        ("x", "y", {"X": "Y"}),
    ],
)
def test_related_names_change_alike(old: str, new: str, variants: dict[str, str]) -> None:
    assert variants.items() <= list_variants(old, new).items()


@given(
    old=st.from_regex(r"[A-Za-z_]{1,8}", fullmatch=True), new=st.from_regex(r"[A-Za-z_]{1,8}", fullmatch=True)
)
def test_variants_are_never_the_pair_itself(old: str, new: str) -> None:
    variants = list_variants(old, new)
    assert old not in variants
    assert all(before and before != after for before, after in variants.items())


@pytest.mark.parametrize("name", ["a", "_x1", "größe", "名前", "$scope", "a$b"])
def test_names_of_any_script_are_identifiers(name: str) -> None:
    assert IDENTIFIER.fullmatch(name)


@pytest.mark.parametrize("text", ["1a", "a-b", "a b", "", "$"])
def test_other_text_is_none(text: str) -> None:
    assert not IDENTIFIER.fullmatch(text)
