"""The edits that are easily got wrong: swaps, exceptions, styles, wrapping, tabs, several requests."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable

import pytest

from specedit_lsp.training.edits import (
    case_edits,
    combined_edits,
    comment_edits,
    definition_edits,
    extract_edits,
    guard_edits,
    hint_edits,
    item_edits,
    line_edits,
    literal_edits,
    markup_edits,
    noop_edits,
    parameter_edits,
    renames,
    style_edits,
    template_edits,
    wrap_edits,
)
from specedit_lsp.training.edits.mixture import draw_example
from specedit_lsp.training.edits.names import (
    convert_name,
    find_names,
    invent_name,
    is_renamable,
    rename_names,
)
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.scanning import blank_pieces, find_pieces
from specedit_lsp.training.edits.selection import Edit, Selection
from specedit_lsp.training.edits.signatures import find_signature
from specedit_lsp.training.edits.statements import is_statement

Draw = Callable[[Selection, Pools, random.Random], Edit | None]


def select(text: str, language: str = "python") -> Selection:
    """A selection in which every word is a variable."""
    return Selection(text, language, dict.fromkeys(find_names(text, language), "variable"))


def draw_all(draw: Draw, pools: Pools, text: str, language: str = "python", count: int = 60) -> list[Edit]:
    """What `draw` makes of `text`, many times over; at least one edit."""
    selection = select(text, language)
    edits = [draw(selection, pools, random.Random(seed)) for seed in range(count)]
    found = [edit for edit in edits if edit is not None]
    assert found, f"nothing was found in {text!r}"
    return found


def draw_one(draw: Draw, pools: Pools, text: str, language: str = "python") -> Edit:
    return draw_all(draw, pools, text, language)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("size = max_size + sizes", "width = max_size + sizes"),
        ("self.size = f'{size!r}'  # the size", "self.width = f'{width!r}'  # the width"),
        ("größe.size, size2", "größe.width, size2"),
        (r'"\size" + size', r'"\size" + width'),
    ],
)
def test_rename_leaves_parts_of_words_alone(text: str, expected: str) -> None:
    assert rename_names(text, {"size": "width"}, "python") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("css", ".size .max-size {", ".width .max-size {"),
        ("javascript", "$size = size + `${size}`", "$size = width + `${width}`"),
        ("shell", 'echo "$size ${size}_x"', 'echo "$width ${width}_x"'),
    ],
)
def test_words_are_those_of_the_language(language: str, text: str, expected: str) -> None:
    assert rename_names(text, {"size": "width"}, language) == expected


def test_names_change_places(pools: Pools) -> None:
    for edit in draw_all(renames.swap_names, pools, "low = high - low_high"):
        first, second = re.findall(r"\b(?:low|high|low_high)\b", edit.instruction)[:2]
        assert edit.result == rename_names("low = high - low_high", {first: second, second: first}, "python")


def test_renames_replace_every_whole_word_and_nothing_else(pools: Pools) -> None:
    rng = random.Random(9)
    for _ in range(150):
        example = draw_example(pools, rng, 900, "rename")
        before, after = (find_names(text, example.language) for text in (example.selection, example.result))
        ((old,), (new,)) = (before - after, after - before)
        assert old in example.instruction
        assert new in example.instruction
        assert rename_names(example.result, {new: old}, example.language) == example.selection


def test_three_names_are_renamed_at_once(pools: Pools) -> None:
    rng = random.Random(10)
    for _ in range(30):
        example = draw_example(pools, rng, 900, "three renames")
        before, after = (find_names(text, example.language) for text in (example.selection, example.result))
        assert len(before - after) == len(after - before) == 3


def test_exceptions_are_spared(pools: Pools) -> None:
    text = 'total = count("total", total)  # the total'
    for edit in draw_all(renames.rename_except, pools, text):
        new = edit.result.split(" ")[0]
        in_string = "total" if "string" in edit.instruction else new
        in_comment = "total" if "comment" in edit.instruction or "only" in edit.instruction else new
        if "only" in edit.instruction:
            in_string = "total"
        assert edit.result == f'{new} = count("{in_string}", {new})  # the {in_comment}'


def test_new_names_keep_the_style_and_are_names(pools: Pools) -> None:
    rng = random.Random(3)
    styles = {"max_size": r"[a-z0-9_]+", "maxSize": r"_?[a-z][A-Za-z0-9]*_?", "MAX_SIZE": r"[A-Z0-9_]+s?"}
    for old, style in styles.items():
        language = "javascript" if old == "maxSize" else "python"

        def draw(wanted: str, language: str = language) -> str:
            return pools.draw_name(language, wanted, rng)

        names = [invent_name(old, draw, language, rng) for _ in range(200)]
        assert sum(is_renamable(name, language) for name in names) > 150
        assert all(re.fullmatch(style, name) for name in names)


@pytest.mark.parametrize(
    ("name", "style", "expected"),
    [
        ("max_size", "camel", "maxSize"),
        ("maxSize", "snake", "max_size"),
        ("HTTPServer", "snake", "http_server"),
        ("_max_size", "Pascal", "_MaxSize"),
        ("maxSize", "SCREAMING", "MAX_SIZE"),
        ("maxSize", "kebab", "max-size"),
    ],
)
def test_names_are_converted_between_styles(name: str, style: str, expected: str) -> None:
    assert convert_name(name, style) == expected


def test_all_names_of_a_style_are_converted_and_no_others(pools: Pools) -> None:
    edits = draw_all(case_edits.convert_all, pools, "max_size = MAX_SIZE + min_size.count + size")
    assert {edit.result for edit in edits} == {"maxSize = MAX_SIZE + minSize.count + size"}


def test_a_shared_prefix_is_replaced_everywhere(pools: Pools) -> None:
    edits = draw_all(case_edits.change_affix, pools, "get_a(get_b, target_b)", count=200)
    assert any(re.fullmatch(r"(\w+_)a\(\1b, target_b\)", edit.result) for edit in edits)


@pytest.mark.parametrize("make", [wrap_edits.wrap_in_if, wrap_edits.wrap_in_loop, wrap_edits.wrap_in_try])
def test_wrapping_indents_and_keeps_every_line(pools: Pools, make: Draw) -> None:
    text = "first(1)\n\nsecond(2)"
    for edit in draw_all(make, pools, text):
        lines = [line.strip() for line in edit.result.split("\n")]
        assert [line for line in lines if line in {"first(1)", "second(2)"}] == ["first(1)", "second(2)"]
        assert "" in edit.result.split("\n")
        ast.parse(re.sub(r"\b(?:return(?: \w+)?|continue|raise)\b", "pass", edit.result))


def test_unwrapping_gives_the_text_before_wrapping(pools: Pools) -> None:
    for language, text in (("python", "first(1)\nsecond(2)"), ("go", "first(1)\nsecond(2)")):
        for edit in draw_all(wrap_edits.unwrap, pools, text, language):
            assert edit.result == text
            assert edit.before is not None
            assert edit.before.count("\n") > text.count("\n")


def test_a_body_is_wrapped_with_the_tabs_it_has(pools: Pools) -> None:
    text = "func run(n int) {\n\tfirst(n)\n\tsecond(n)\n}"
    bodies = [
        edit for edit in draw_all(wrap_edits.wrap_in_if, pools, text, "go") if "body" in edit.instruction
    ]
    assert bodies
    for edit in bodies:
        assert re.fullmatch(
            r"func run\(n int\) \{\n\tif .+ \{\n\t\tfirst\(n\)\n\t\tsecond\(n\)\n\t\}\n\}", edit.result
        )


def test_strings_over_several_lines_are_never_indented(pools: Pools) -> None:
    selection = select('text = """\n  a\n"""\nprint(text)')
    rng = random.Random(1)
    for make in (wrap_edits.wrap_in_if, wrap_edits.wrap_in_with, style_edits.change_indentation):
        assert all(make(selection, pools, rng) is None for _ in range(30))


def test_an_early_return_follows_the_docstring(pools: Pools) -> None:
    text = 'def f(x):\n    """Doc."""\n    return x'
    for edit in draw_all(guard_edits.return_early, pools, text):
        assert re.fullmatch(
            r'def f\(x\):\n    """Doc\."""\n    if .+:\n        return.*\n    return x', edit.result
        )


def test_indentation_changes_by_whole_levels(pools: Pools) -> None:
    text = "if (a) {\n  if (b) {\n    c();\n  }\n}"
    results = {edit.result for edit in draw_all(style_edits.change_indentation, pools, text, "javascript")}
    assert results == {text.replace("  ", "\t"), text.replace("  ", "    ")}


def test_quotes_change_only_where_nothing_must_be_escaped(pools: Pools) -> None:
    edits = draw_all(style_edits.change_quotes, pools, """f('a', "it's", b'c')  # 'd'""")
    assert {edit.result for edit in edits} == {"""f("a", "it's", b"c")  # 'd'"""}


def test_imports_are_sorted_where_they_stand(pools: Pools) -> None:
    edits = draw_all(style_edits.sort_lines, pools, "# first\nimport sys\nimport ast\nimport re\n\nx = 1")
    assert any(
        edit.result == "# first\nimport ast\nimport re\nimport sys\n\nx = 1"
        for edit in edits
        if "revers" not in edit.instruction
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('log("%s of %r" % (a, b.c))', 'log(f"{a} of {b.c!r}")'),
        ('log("got {}".format(name))', 'log(f"got {name}")'),
    ],
)
def test_filled_strings_become_f_strings(pools: Pools, text: str, expected: str) -> None:
    assert {edit.result for edit in draw_all(template_edits.make_f_string, pools, text)} == {expected}


def test_joined_strings_become_a_template(pools: Pools) -> None:
    edit = draw_one(template_edits.make_f_string, pools, "let s = 'a ' + user.name + ' b';", "javascript")
    assert edit.result == "let s = `a ${user.name} b`;"


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("python", "x = '#a'  # b\n# c\ny = 1", "x = '#a'\ny = 1"),
        ("javascript", "a('//x'); // b\n/* c\n d */\ne();", "a('//x');\ne();"),
        ("css", "a {\n  /* b */\n  color: red; /* c */\n}", "a {\n  color: red;\n}"),
        ("html", "<p>a</p>\n<!-- b -->\n<p>c</p>", "<p>a</p>\n<p>c</p>"),
        ("shell", 'echo "$#" # a\nexit 1', 'echo "$#"\nexit 1'),
    ],
)
def test_all_comments_go_and_nothing_else(pools: Pools, language: str, text: str, expected: str) -> None:
    assert draw_one(comment_edits.delete_comments, pools, text, language).result == expected


@pytest.mark.parametrize(
    ("language", "pattern"),
    [
        ("python", r"    # .+\n    return x"),
        ("go", r"    // .+\n    return x"),
        ("css", r"    /\* .+ \*/\n    x"),
    ],
)
def test_a_comment_takes_the_indentation_and_the_syntax(pools: Pools, language: str, pattern: str) -> None:
    line = {"css": "x: 1;"}.get(language, "return x")
    text = f"if y:\n    {line}" if language != "css" else f"p {{\n    {line}\n}}"
    edits = draw_all(comment_edits.add_comment, pools, text, language)
    assert any(re.search(pattern, edit.result) for edit in edits)


def test_commenting_out_and_in_again_gives_the_text(pools: Pools) -> None:
    text = "if a {\n\tb()\n}"
    for draw in (comment_edits.uncomment, comment_edits.uncomment_all):
        for edit in draw_all(draw, pools, text, "go"):
            assert edit.result == text
            assert edit.before is not None
            assert edit.before.replace("// ", "") == text


def test_the_only_line_is_not_deleted(pools: Pools) -> None:
    assert line_edits.delete_line(select("x = 1"), pools, random.Random(0)) is None


def test_lines_within_brackets_are_no_statements(pools: Pools) -> None:
    edits = draw_all(line_edits.delete_line, pools, "call(\n    first\n)\nsecond()")
    assert {edit.result for edit in edits} == {"call(\n    first\n)"}


@pytest.mark.parametrize(
    ("language", "line", "expected"),
    [
        ("python", "x = f(1)", True),
        ("python", "if x:", False),
        ("javascript", "return x;", True),
        ("javascript", "} else {", False),
        ("go", "x := f(1)", True),
        ("rust", "match x {", False),
        ("css", "color: red;", True),
        ("html", "<p>a</p>", True),
        ("html", "<div>", False),
    ],
)
def test_statements_are_told_from_parts_of_them(language: str, line: str, expected: bool) -> None:
    assert is_statement(line, language) is expected


def test_a_number_that_occurs_twice_is_left_alone(pools: Pools) -> None:
    edits = draw_all(literal_edits.change_number, pools, "f(7, 7, 42)")
    assert all(edit.result.startswith("f(7, 7, ") for edit in edits)


def test_prints_go_and_the_rest_stays(pools: Pools) -> None:
    for edit in draw_all(line_edits.delete_prints, pools, "a()\nif b:\n    c()"):
        assert edit.result == "a()\nif b:\n    c()"
        assert edit.before is not None
        assert "print(" in edit.before


def test_signatures_are_found_in_every_language() -> None:
    cases = {
        "python": "@a(1)\nasync def run(self, size: dict[str, int] = {}, *rest) -> None:\n    pass",
        "javascript": "async run(size, rest = [1, 2]) {\n  go();\n}",
        "typescript": "export function run(size: Map<string, number>, rest?: string): void {\n  go();\n}",
        "c": "static int *run(const char *size, int rest)\n{\n    go();\n}",
        "cpp": "bool Box::run(const std::map<int, int>& size, int rest = 3) {\n}",
        "go": "func (b *Box) run(size int, rest ...string) error {\n}",
        "rust": "pub fn run<T>(size: Vec<(T, T)>, rest: u8) -> u8 {\n}",
        "java": "public static <T> List<T> run(Map<String, T> size, int rest) throws Bad {\n}",
    }
    for language, text in cases.items():
        signature = find_signature(select(text, language))
        assert signature is not None, language
        assert signature.name == "run"
        names = [parameter.name for parameter in signature.parameters]
        assert names in (["size", "rest"], ["self", "size", ""]), (language, names)


def test_default_is_changed_in_the_signature_only(pools: Pools) -> None:
    for edit in draw_all(parameter_edits.change_default, pools, "def f(a, b=1):\n    return a(b=1)"):
        assert re.fullmatch(r"def f\(a, b=.+\):\n    return a\(b=1\)", edit.result)


def test_hints_follow_the_usual_spacing(pools: Pools) -> None:
    parameter = draw_one(hint_edits.hint_parameter, pools, "def f(a=1):\n    return a")
    returned = draw_one(hint_edits.hint_return, pools, "def f(a=1):\n    return a")
    assert re.match(r"def f\(a: .+ = 1\):", parameter.result)
    assert re.match(r"def f\(a=1\) -> .+:", returned.result)


def test_a_parameter_comes_and_goes_with_its_comma(pools: Pools) -> None:
    for edit in draw_all(parameter_edits.remove_parameter, pools, "def f(a, b, c):\n    return a"):
        assert edit.result.split("\n")[0] in {"def f(b, c):", "def f(a, c):", "def f(a, b):"}
    for edit in draw_all(parameter_edits.add_parameter, pools, "def f(self):\n    return 1"):
        assert re.match(r"def f\(self, [^,]+\):", edit.result) or "[" in edit.result


def test_awaiting_goes_with_async(pools: Pools) -> None:
    text = "def f(x):\n    y = load(x)\n    return y"
    for edit in draw_all(definition_edits.make_async, pools, text):
        awaited = "await load(x)" if "load" in edit.instruction else "load(x)"
        assert edit.result == f"async def f(x):\n    y = {awaited}\n    return y"


def test_documentation_stands_where_the_language_wants_it(pools: Pools) -> None:
    below = draw_one(definition_edits.document, pools, "def f(x):\n    return x")
    above = draw_one(definition_edits.document, pools, "function f(x) {\n  return x;\n}", "javascript")
    assert re.fullmatch(r'def f\(x\):\n    """.+"""\n    return x', below.result)
    assert re.fullmatch(r"/\*\* .+ \*/\nfunction f\(x\) \{\n  return x;\n\}", above.result)


def test_a_constant_is_declared_above(pools: Pools) -> None:
    for edit in draw_all(extract_edits.extract_constant, pools, "wait(30);", "javascript"):
        name = re.findall(r"const (\w+) = 30;", edit.result)[0]
        assert edit.result == f"const {name} = 30;\nwait({name});"
        assert name in edit.instruction


def test_a_variable_is_declared_in_the_line_before(pools: Pools) -> None:
    for edit in draw_all(extract_edits.extract_variable, pools, "if a:\n    return f(g(x))"):
        assert re.fullmatch(r"if a:\n    (\w+) = .+\n    return (?:\1|f\(\1\))", edit.result)


def test_arguments_and_items_keep_their_brackets(pools: Pools) -> None:
    for edit in draw_all(item_edits.pass_argument, pools, "save(a, b)"):
        assert re.fullmatch(r"save\(a(?:, b, .+)?\)", edit.result)
    for edit in draw_all(item_edits.add_item, pools, "names = [a, b, c]"):
        assert re.fullmatch(r"names = \[\w+, \w+(?:, \w+, \w+)?\]", edit.result)


def test_a_property_is_set_once(pools: Pools) -> None:
    text = "p {\n  color: red;\n  margin: 0;\n}"
    for edit in draw_all(markup_edits.set_property, pools, text, "css"):
        lines = [line for line in edit.result.split("\n") if line not in text.split("\n")]
        assert len(lines) == 1


def test_requests_for_nothing_change_nothing(pools: Pools) -> None:
    text = "value = other_value + 1"
    assert all(edit.result == text for edit in draw_all(noop_edits.ask_for_nothing, pools, text))


def test_requests_that_meet_are_not_merged() -> None:
    selection = select("a = 1\nb = 2\nc = 3")
    apart = [Edit("", "a = 9\nb = 2\nc = 3"), Edit("", "a = 1\nb = 2\n# last\nc = 3")]
    same = [Edit("", "a = 9\nb = 2\nc = 3"), Edit("", "b = 2\nc = 3")]
    revived = [Edit("", "z = 1\nb = 2\nc = 3"), Edit("", "a = 1\nb = 2\nprint(a)\nc = 3")]
    assert combined_edits.merge_edits(selection, apart) == "a = 9\nb = 2\n# last\nc = 3"
    assert combined_edits.merge_edits(selection, same) is None
    assert combined_edits.merge_edits(selection, revived) is None


def test_blanking_keeps_length_and_lines() -> None:
    text = "x = '''a\nb''' + \"c\"  # d"
    blanked = blank_pieces(text, find_pieces(text, "python"))
    assert [len(line) for line in blanked.split("\n")] == [len(line) for line in text.split("\n")]
    assert not set("abcd") & set(blanked)
