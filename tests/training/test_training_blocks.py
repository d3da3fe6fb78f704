"""The blocks of each language: whole, dedented, written by hand, with the role of each name."""

from __future__ import annotations

from pathlib import Path

import pytest

from specedit_lsp.training.corpus.blocks import MAX_LINES, Block, fits, read_blocks, write_blocks
from specedit_lsp.training.corpus.grammar_nodes import NEIGHBOURLY, SELECTABLE
from specedit_lsp.training.corpus.languages import LANGUAGES, parser_for, parses
from specedit_lsp.training.corpus.project_blocks import extract_project, extract_source, tell_language
from specedit_lsp.training.corpus.python_blocks import extract_python

SOURCES = {
    "python": """\
        class Shelf:
            def find(self, wanted):
                found = self.rows[wanted]
                return found
        """,
    "javascript": """\
        class Shelf {
          // The row that is asked for.
          find(wanted) {
            const found = this.rows[wanted];
            return found;
          }
        }
        """,
    "typescript": """\
        export class Shelf {
          find(wanted: number): Row {
            const found = this.rows[wanted];
            return found;
          }
        }
        """,
    "c": """\
        static int find(struct shelf *shelf, int wanted)
        {
            int found = shelf->rows[wanted];
            return found;
        }
        """,
    "cpp": """\
        class Shelf {
         public:
          int find(int wanted) const {
            auto found = this->rows[wanted];
            return found;
          }
        };
        """,
    "go": """\
        package shelf

        // find gives the row that is asked for.
        func (s *Shelf) find(wanted int) int {
        \tfound := s.rows[wanted]
        \treturn found
        }
        """,
    "rust": """\
        impl Shelf {
            #[inline]
            pub fn find(&self, wanted: usize) -> u8 {
                let found = self.rows[wanted];
                found
            }
        }
        """,
    "java": """\
        class Shelf {
            public int find(int wanted) {
                int found = this.rows[wanted];
                return found;
            }
        }
        """,
    "shell": """\
        find() {
            local wanted=$1
            found=${rows[$wanted]}
            echo "$found"
        }
        """,
}
"""The same method in every language that has methods."""


def dedented(language: str) -> str:
    return "\n".join(line.removeprefix(" " * 8) for line in SOURCES[language].split("\n"))


def blocks_of(language: str, text: str) -> list[Block]:
    return list(extract_source("any", language, text.encode()))


@pytest.mark.parametrize("language", SOURCES)
def test_the_names_of_a_method_have_their_roles(language: str) -> None:
    block = next(block for block in blocks_of(language, dedented(language)) if "find" in block.text)
    wanted = "variable" if language == "shell" else "parameter"
    expected = {"find": "function", "wanted": wanted, "found": "variable"}
    assert {name: block.roles.get(name) for name in expected} == expected
    own = {"this", "int", "return", "usize", "number"}
    assert own.isdisjoint(block.roles)


@pytest.mark.parametrize("language", SOURCES)
def test_a_block_is_whole_lines_without_their_common_indentation(language: str) -> None:
    text = dedented(language)
    lines = [line.strip() for line in text.split("\n")]
    for block in blocks_of(language, text):
        assert not block.text.startswith((" ", "\t", "\n"))
        assert not block.text.endswith((" ", "\n"))
        assert all(line.strip() in lines for line in block.text.split("\n"))
        assert block.language == language


def test_a_method_takes_the_comment_and_the_attribute_above_it_along() -> None:
    javascript = [block.text.split("\n")[0] for block in blocks_of("javascript", dedented("javascript"))]
    assert "// The row that is asked for." in javascript
    rust = [block.text.split("\n")[0] for block in blocks_of("rust", dedented("rust"))]
    assert "#[inline]" in rust


def test_a_licence_above_a_function_stays_behind() -> None:
    licence = "// one of many lines\n" * 12
    function = "func find(wanted int) int {\n\treturn wanted + 1\n}\n"
    (block,) = blocks_of("go", f"package shelf\n\n{licence}{function}")
    assert block.text.startswith("func find")


def test_css_rules_and_html_elements_are_blocks() -> None:
    shelf = ".shelf {\n  color: red;\n  margin: 0 auto;\n}"
    css = f"{shelf}\n\n#row:hover {{\n  top: 0;\n}}\n\n.old {{\n  top: 1px;\n}}"
    texts = {block.text: block.roles for block in blocks_of("css", css)}
    assert texts[shelf] == {"shelf": "class"}
    assert texts[css] == {"shelf": "class", "row": "attribute", "old": "class"}
    html = '<body>\n  <div class="shelf wide">\n    <p title="a row">first</p>\n  </div>\n</body>\n'
    roles = {block.text.split("\n")[0]: block.roles for block in blocks_of("html", html)}
    assert roles['<div class="shelf wide">'] == {"shelf": "class", "wide": "class"}


def test_part_of_a_hyphenated_word_is_no_name() -> None:
    css = ".shelf {\n  margin: 0 auto;\n}\n.shelf-row {\n  top: 0;\n}\n.old {\n  top: 1px;\n}\n"
    run = next(block for block in blocks_of("css", css) if "old" in block.text)
    assert run.roles == {"old": "class"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "import zlib\nimport abc\nfrom functools import cache\n\nLIMIT = 3"),
        ("javascript", "import b from 'b';\nimport a from 'a';\nimport { c } from './c';\n\nlet limit = 3;"),
        ("rust", "use std::fmt;\nuse crate::shelf::Shelf;\n\nconst LIMIT: u8 = 3;\nconst LEAST: u8 = 1;"),
        ("c", "#include <stdio.h>\n#include <errno.h>\n#include <stdlib.h>\n\n#define LIMIT 3"),
        ("shell", "cd shelf\nlimit=3\nexport limit\nls -l shelf | sort --reverse"),
    ],
)
def test_small_neighbours_make_a_block_together(language: str, text: str) -> None:
    assert [block.text for block in blocks_of(language, text + "\n")] == [text]


def test_faulty_and_generated_code_is_left_out() -> None:
    assert blocks_of("javascript", "function broken( {\n  return this.rows.find(;\n}\n") == []
    wide = "x" * 300
    assert blocks_of("javascript", f"function wide() {{\n  return '{wide}';\n}}\n") == []
    assert blocks_of("python", "def broken(:\n    return 'a value of some length'\n") == []


def test_files_that_are_not_utf_8_are_left_out() -> None:
    code = "static int accent(void)\n{\n    return 'é' + 1000;\n}\n"
    assert len(list(extract_source("any", "c", code.encode()))) == 1
    assert list(extract_source("any", "c", code.encode("latin-1"))) == []


def test_line_ends_become_newlines() -> None:
    (block,) = blocks_of("go", "func find(wanted int) int {\r\n\treturn wanted + 1000\r\n}\r\n")
    assert block.text == "func find(wanted int) int {\n\treturn wanted + 1000\n}"


def test_long_functions_are_left_out() -> None:
    long = "def long_function(x):\n" + "    x += 1\n" * MAX_LINES
    assert not fits(long.rstrip())
    method = "    @property\n    def method(self):\n        # why\n        return self.value\n"
    source = f"class A:\n{method}\n{long}"
    texts = {block.text for block in extract_python("any", source.encode())}
    assert "@property\ndef method(self):\n    # why\n    return self.value" in texts
    assert not any("long_function" in text for text in texts)


def test_roles_tell_parameters_from_variables() -> None:
    code = b"def find(items, key=None):\n    best = max(items, key=key)\n    return best.value\n"
    (block,) = extract_python("any", code)
    assert block.roles == {
        "find": "function",
        "items": "parameter",
        "key": "parameter",
        "best": "variable",
        "max": "name",
        "value": "attribute",
    }


def test_every_language_has_a_grammar_and_kinds_that_it_knows() -> None:
    for language in set(LANGUAGES) - {"python"}:
        grammar = parser_for(language).language
        assert grammar is not None
        for kind in SELECTABLE[language] | NEIGHBOURLY[language]:
            assert grammar.id_for_node_kind(kind, True) is not None, f"{language} has no {kind}"


@pytest.mark.parametrize("language", SOURCES)
def test_syntax_errors_are_seen(language: str) -> None:
    assert parses(dedented(language), language)
    assert not parses(dedented(language).replace("find(", "find((("), language)


def test_vendored_copies_and_built_files_are_left_out(tmp_path: Path) -> None:
    code = "function find(wanted) {\n  return this.rows[wanted];\n}\n"
    for name in ("node_modules/a.js", "src/vendor/b.js", "c.min.js", "d.js"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(code.replace("find", f"find_{Path(name).name[0]}"))
    (block,) = extract_project("any", ["javascript"], tmp_path)
    assert "find_d" in block.text


def test_files_belong_to_the_languages_of_their_project(tmp_path: Path) -> None:
    header, script, text = tmp_path / "a.h", tmp_path / "run", tmp_path / "notes"
    header.write_text("int a;\n")
    script.write_text("#!/usr/bin/env bash\nls\n")
    text.write_text("plain text\n")
    assert tell_language(header, ["c", "cpp"]) == "c"
    assert tell_language(header, ["cpp"]) == "cpp"
    assert tell_language(header, ["python"]) is None
    assert tell_language(script, ["shell"]) == "shell"
    assert tell_language(script, ["python"]) is None
    assert tell_language(text, ["shell"]) is None


def test_written_blocks_are_read_as_they_were(tmp_path: Path) -> None:
    blocks = [Block("any", "go", "func é() {\n\treturn\n}", {"é": "function"})]
    assert write_blocks(blocks, tmp_path / "blocks.jsonl") == 1
    assert read_blocks(tmp_path / "blocks.jsonl") == blocks


def test_comments_behind_a_line_belong_to_that_line() -> None:
    c = "int limit = 3; /* rows */\nint find(int wanted)\n{\n    return wanted + 1000;\n} // of the shelf\n"
    (block,) = blocks_of("c", c)
    assert block.text == "int find(int wanted)\n{\n    return wanted + 1000;\n} // of the shelf"
