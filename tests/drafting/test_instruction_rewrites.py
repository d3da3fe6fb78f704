"""What people write when they want something replaced, and what only looks like it."""

from __future__ import annotations

import pytest

from specedit_lsp.drafting.instruction_rewrites import read_rewrites

CODE = '''\
from typing import Optional
import numpy, requests
MAX_SIZE = 30
class Client(Base):
    def fetch_user(self, user_id: int, timeout=30, retries=3) -> str:
        """Fetch the user."""
        result = foo(a, b, c, x) == other
        items = [item.name for item in self.items if item.value > 0.5 and item is not None]
        data, tmp, i, j, n, idx, user, lst, unused = x, y, z, w, key, val, cfg, acc, 1
        self.user.name = "hello"  # user
        print("debug", tmp, ok && fine, old_name, camelCaseName)
        logger.info(result, level="warn", colour='red')
        assert os.path.join(root, "a.txt") != "http://localhost:8080"
        for error in errors: raise ValueError(error)
        var total = bar->baz + ns::thing; let $scope = 1.5
        return result or null
'''

RENAMES = [
    # The plain forms.
    ("rename foo to bar", {"foo": "bar"}),
    ("Rename `foo` to `bar`.", {"foo": "bar"}),
    ("rename 'foo' to 'bar'", {"foo": "bar"}),
    ('rename "foo" to "bar"', {"foo": "bar"}),
    ("rename “foo” to “bar”", {"foo": "bar"}),
    ("re-name foo to bar", {"foo": "bar"}),
    ("rename foo into bar", {"foo": "bar"}),
    ("rename foo as bar", {"foo": "bar"}),
    ("rename foo bar", {}),
    ("Please rename foo to bar, thanks!", {"foo": "bar"}),
    ("can you rename foo to bar?", {"foo": "bar"}),
    ("rename the variable tmp into buffer", {"tmp": "buffer"}),
    ("rename the function `fetch_user` to `load_user`", {"fetch_user": "load_user"}),
    ("rename the local variable called tmp to buffer", {"tmp": "buffer"}),
    ("rename the variable named tmp to buffer", {"tmp": "buffer"}),
    ("rename variable `tmp` to `buffer` everywhere", {"tmp": "buffer"}),
    ("rename parameter retries to attempts", {"retries": "attempts"}),
    ("rename class Client to HttpClient", {"Client": "HttpClient"}),
    ("Rename method fetch_user() to load_user()", {"fetch_user": "load_user"}),
    ("rename the tmp variable to buffer", {"tmp": "buffer"}),
    ("rename the `fetch_user` method to `load_user`", {"fetch_user": "load_user"}),
    ("rename all occurrences of idx to index", {"idx": "index"}),
    ("rename every instance of idx to index", {"idx": "index"}),
    ("Renaming idx to index", {"idx": "index"}),
    ("rename user to account throughout the function", {"user": "account"}),
    ("don't forget to rename foo to bar", {"foo": "bar"}),
    ("Do not forget to rename foo to bar", {"foo": "bar"}),
    ("do not hesitate to rename foo to bar", {"foo": "bar"}),
    ("rename foo to bar and do not change anything else", {"foo": "bar"}),
    ("rename foo to bar. Don't touch anything else.", {"foo": "bar"}),
    # Replacing.
    ("replace x by y2", {"x": "y2"}),
    ("replace x with y2", {"x": "y2"}),
    ("replace foo with nothing special", {}),
    ("replace all uses of `print` with `logger.debug`", {"print": "logger.debug"}),
    ("replace print with logger.debug", {"print": "logger.debug"}),
    ("replace print() with logger.debug()", {"print": "logger.debug"}),
    ("replace print( with log(", {"print": "log"}),
    ("Replace null with None", {"null": "None"}),
    ("replace None by Optional", {"None": "Optional"}),
    ("substitute y2 for foo", {"foo": "y2"}),
    ("substitute foo with bar", {"foo": "bar"}),
    ("replace the string 'hello' with 'goodbye'", {"hello": "goodbye"}),
    ('replace "hello" with "good bye"', {"hello": "good bye"}),
    ("replace `item.value > 0.5` with `item.is_big`", {"item.value > 0.5": "item.is_big"}),
    ("replace `user is` with `it`", {}),
    ("change all the prints: print -> log", {"print": "log"}),
    # Changing, turning, converting.
    ("change foo to bar", {"foo": "bar"}),
    ("change the name of foo to bar", {"foo": "bar"}),
    ("change foo's name to bar", {"foo": "bar"}),
    # A name's value.
    ("change the value of MAX_SIZE to 60", {"30": "60"}),
    ("set MAX_SIZE to 60", {"30": "60"}),
    ("set retries = 5", {"3": "5"}),
    ("bump retries to 5", {"3": "5"}),
    ("increase timeout to 60", {"30": "60"}),
    ("set unused_name to 60", {}),
    # Other verbs, other orders.
    ("s/foo/bar/g", {"foo": "bar"}),
    ("foo becomes bar", {"foo": "bar"}),
    ("tmp is now called buffer", {"tmp": "buffer"}),
    ("replace foo(a, b, c, x) with bar(a)", {"foo(a, b, c, x)": "bar(a)"}),
    ("refactor foo to bar", {"foo": "bar"}),
    ("make sure to rename foo to bar", {"foo": "bar"}),
    ("not only rename foo to bar but also tmp to buffer", {"foo": "bar", "tmp": "buffer"}),
    ("rename foo to bar as well as tmp to buffer", {"foo": "bar", "tmp": "buffer"}),
    ("convert ValueError to TypeError", {"ValueError": "TypeError"}),
    ("turn ValueError into TypeError", {"ValueError": "TypeError"}),
    ("switch requests to httpx", {"requests": "httpx"}),
    ("switch from requests to httpx", {"requests": "httpx"}),
    ("migrate from numpy to jax", {"numpy": "jax"}),
    ("update `logger.info` to `logger.warning`", {"logger.info": "logger.warning"}),
    ("raise TypeError instead of ValueError", {"ValueError": "TypeError"}),
    ("use TypeError instead of ValueError", {"ValueError": "TypeError"}),
    ("use httpx rather than requests", {"requests": "httpx"}),
    ("Use `httpx`, not `requests`", {"requests": "httpx"}),
    ("instead of requests use httpx", {"requests": "httpx"}),
    ("call it total2 instead of result", {"result": "total2"}),
    ("call tmp buffer instead", {"tmp": "buffer"}),
    ("tmp should be called buffer", {"tmp": "buffer"}),
    ("tmp should be renamed to buffer", {"tmp": "buffer"}),
    ("`tmp` must become `buffer`", {"tmp": "buffer"}),
    ("the variable tmp should be named buffer", {"tmp": "buffer"}),
    ("make tmp buffer2", {}),
    # From - to.
    ("change timeout from 30 to 60", {"30": "60"}),
    ("increase the timeout from 30 to 60", {"30": "60"}),
    ("bump retries from 3 to 5", {"3": "5"}),
    ("change the port from 8080 to 9090", {"8080": "9090"}),
    ("rename it from foo to bar", {"foo": "bar"}),
    ("lower the threshold from 0.5 to 0.25", {"0.5": "0.25"}),
    ("change the return type from str to bytes", {"str": "bytes"}),
    # Arrows.
    ("foo -> bar", {"foo": "bar"}),
    ("foo → bar", {"foo": "bar"}),
    ("foo => bar", {"foo": "bar"}),
    ("foo --> bar", {"foo": "bar"}),
    ("rename: foo -> bar, tmp -> buffer", {"foo": "bar", "tmp": "buffer"}),
    ("x→y2; tmp→buffer", {"x": "y2", "tmp": "buffer"}),
    (
        "rename\n- foo -> bar\n- tmp -> buffer\n- idx -> index",
        {"foo": "bar", "tmp": "buffer", "idx": "index"},
    ),
    ("`str` -> `bytes`", {"str": "bytes"}),
    # Several.
    ("rename a to b2, c to d2", {"a": "b2", "c": "d2"}),
    ("rename foo to bar and tmp to buffer", {"foo": "bar", "tmp": "buffer"}),
    ("rename foo to bar, tmp to buffer, and idx to index", {"foo": "bar", "tmp": "buffer", "idx": "index"}),
    ("rename foo to bar, and also tmp to buffer", {"foo": "bar", "tmp": "buffer"}),
    ("rename foo to bar, then rename tmp to buffer", {"foo": "bar", "tmp": "buffer"}),
    ("rename `foo` to `bar` and the variable `tmp` to `buffer`", {"foo": "bar", "tmp": "buffer"}),
    ("1. rename foo to bar\n2. rename tmp to buffer", {"foo": "bar", "tmp": "buffer"}),
    ("* foo to bar\n* tmp to buffer", {}),
    ("rename the following:\n* foo to bar\n* tmp to buffer", {"foo": "bar", "tmp": "buffer"}),
    ("rename foo to bar & tmp to buffer", {"foo": "bar", "tmp": "buffer"}),
    ("rename foo and tmp to bar and buffer", {"foo": "bar", "tmp": "buffer"}),
    ("rename foo and tmp to bar and buffer respectively", {"foo": "bar", "tmp": "buffer"}),
    ("rename i, j and n to row, column and count", {"i": "row", "j": "column", "n": "count"}),
    (
        "rename foo, tmp, and idx to bar, buffer, and index respectively",
        {"foo": "bar", "tmp": "buffer", "idx": "index"},
    ),
    ("rename key/val to name/value", {"key": "name", "val": "value"}),
    # Swapping.
    ("swap a and b", {"a": "b", "b": "a"}),
    ("swap the arguments `a` and `b`", {"a": "b", "b": "a"}),
    ("exchange i with j", {"i": "j", "j": "i"}),
    ("swap i and j, and rename tmp to buffer", {"i": "j", "j": "i", "tmp": "buffer"}),
    # What names may look like.
    ("rename self.user to self.account", {"self.user": "self.account"}),
    ("rename .value to .amount", {".value": ".amount"}),
    ("rename os.path.join to posixpath.join", {"os.path.join": "posixpath.join"}),
    ("rename $scope to $model", {"$scope": "$model"}),
    ("rename bar->baz to bar->qux", {"bar->baz": "bar->qux"}),
    ("rename ns::thing to ns::other", {"ns::thing": "ns::other"}),
    ("replace == with !=", {"==": "!="}),
    ("replace && with and", {"&&": "and"}),
    ("replace `&&` by `and`", {"&&": "and"}),
    ("change > to >=", {">": ">="}),
    ("change var to let", {"var": "let"}),
    ('replace "http://localhost:8080" with BASE_URL', {"http://localhost:8080": "BASE_URL"}),
    ("replace 'red' with 'blue'", {"red": "blue"}),
    ("change 30 to 60", {"30": "60"}),
    ("replace 1.5 with 2.5", {"1.5": "2.5"}),
    # Prose that only looks like a map.
    ("add type hints int -> str", {}),
    ("the function has the signature (int) -> str, add a docstring", {}),
    ("add a docstring to the function", {}),
    ("explain what it returns to the user", {}),
    ("move the return to the end", {}),
    ("add a parameter to fetch_user", {}),
    ("turn this into a class", {}),
    ("convert it to async", {}),
    ("convert the loop to a comprehension", {}),
    ("change the code to use a list", {}),
    ("change this function to return a tuple", {}),
    ("change fetch_user to return None", {}),
    ("replace the for loop with a while loop", {}),
    ("replace it with something better", {}),
    ("make it faster", {}),
    ("simplify", {}),
    ("", {}),
    ("do not rename foo to bar", {}),
    ("don't rename foo to bar", {}),
    ("Never rename foo to bar", {}),
    ("without renaming foo to bar, add logging", {}),
    ("rename spam to eggs", {}),
    ("rename foo to foo", {}),
    ("fix the bug\n```\nfoo -> bar\nrename tmp to buffer\n```", {}),
]


@pytest.mark.parametrize(("instruction", "pairs"), RENAMES, ids=[row[0] for row in RENAMES])
def test_pairs(instruction: str, pairs: dict[str, str]) -> None:
    readings = read_rewrites(instruction, CODE)
    assert (dict(readings[0].pairs) if readings else {}) == pairs


STYLES = [
    ("convert names to camelCase", "max_size = user_name", {"max_size": "maxSize", "user_name": "userName"}),
    ("use camelCase", "max_size = x", {"max_size": "maxSize"}),
    ("rename max_size to camelCase", "max_size = user_name", {"max_size": "maxSize"}),
    ("convert `max_size` to camel case", "max_size = user_name", {"max_size": "maxSize"}),
    (
        "convert all variables to snake_case",
        "maxSize = userName",
        {"maxSize": "max_size", "userName": "user_name"},
    ),
    ("snake case please", "maxSize = x", {"maxSize": "max_size"}),
    ("to PascalCase", "max_size = x", {"max_size": "MaxSize"}),
    ("make the constants SCREAMING_SNAKE_CASE", "max_size = 1", {"max_size": "MAX_SIZE"}),
    ("make max_size UPPER_CASE", "max_size = user_name", {"max_size": "MAX_SIZE"}),
    ("don't use camelCase", "max_size = x", {}),
    ("use camelCase", "MAX_SIZE = __init__", {}),
    ("use snake_case instead of camelCase", "maxSize = user_name", {"maxSize": "max_size"}),
    ("convert from snake_case to camelCase", "max_size = userName", {"max_size": "maxSize"}),
]


@pytest.mark.parametrize(("instruction", "selection", "pairs"), STYLES, ids=[row[0] for row in STYLES])
def test_styles(instruction: str, selection: str, pairs: dict[str, str]) -> None:
    readings = read_rewrites(instruction, selection)
    assert (dict(readings[0].pairs) if readings else {}) == pairs


EXCEPTIONS = [
    ("rename user to account but not user_id", {"user_id"}, set()),
    ("rename user to account except self.user", {"self.user"}, set()),
    ("rename user to account, except in strings", set(), {"strings"}),
    ("rename user to account but not in comments", set(), {"comments"}),
    ("rename user to account but leave strings and comments alone", set(), {"strings", "comments"}),
    ("rename user to account. Don't touch the docstring.", set(), {"comments"}),
    ("rename user to account, keep fetch_user", {"fetch_user"}, set()),
    ("rename user to account everywhere", set(), set()),
]


@pytest.mark.parametrize(("instruction", "spared", "leave"), EXCEPTIONS, ids=[row[0] for row in EXCEPTIONS])
def test_exceptions(instruction: str, spared: set[str], leave: set[str]) -> None:
    own = read_rewrites(instruction, CODE)[0]
    assert dict(own.pairs) == {"user": "account"}
    assert spared <= own.spared
    assert own.leave == leave


def test_what_a_number_belongs_to_is_read() -> None:
    near, everywhere = (
        reading for reading in read_rewrites("change timeout from 30 to 60", CODE) if not reading.leave
    )
    assert near.near == {"30": "timeout"}
    assert not everywhere.near


def test_that_strings_and_comments_stay_is_a_second_reading() -> None:
    first, second = read_rewrites("rename user to account", CODE)
    assert first.leave == frozenset()
    assert second.leave == frozenset({"strings", "comments"})


def test_a_literal_of_several_lines_is_read_as_it_stands() -> None:
    selection = "a = 1\nb = 2\n"
    (pair,) = read_rewrites("replace `a = 1\nb = 2` with `a, b = 1, 2`", selection)[0].pairs.items()
    assert pair == ("a = 1\nb = 2", "a, b = 1, 2")


def test_an_instruction_without_end_is_read_in_reasonable_time() -> None:
    for piece in ("rename ", "the ", "`", "a to ", "foo -> ", "a, ", "swap a and ", "not ", "x" * 50 + " "):
        assert isinstance(read_rewrites(piece * (4000 // len(piece)), CODE), list)
