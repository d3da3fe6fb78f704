"""From an edit to tokens: the engine's own prompt, and an answer that it would turn into ``after``."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from transformers import PreTrainedTokenizerBase

from specedit_lsp.evaluation.edit_sets import EditCase
from specedit_lsp.evaluation.task import build_task, shown_like
from specedit_lsp.evaluation.tokenizer_file import load_tokenizer
from specedit_lsp.model.checkpoint import BUNDLED, find_folder
from specedit_lsp.prompting.codec import TokenCodec
from specedit_lsp.prompting.output_filter import OutputFilter
from specedit_lsp.prompting.profiles import CHAT
from specedit_lsp.prompting.prompt import build_prompt
from specedit_lsp.prompting.trimmed import trim_selection
from specedit_lsp.transport.messages import RewriteOrder

CASE = EditCase(
    "1",
    "python",
    "rename size to count",
    "    size = 1\n\n    print(size)\n",
    "    count = 1\n\n    print(count)\n",
    context_before="def f():\n",
    context_after="    return size\n",
)


def test_the_prompt_is_the_engines_with_all_of_the_context(tokenizer: PreTrainedTokenizerBase) -> None:
    task, _ = build_task(CASE, tokenizer)
    order = RewriteOrder(
        instruction=CASE.instruction,
        selection=CASE.before,
        before=CASE.context_before,
        after=CASE.context_after,
        language="python",
    )
    ends = frozenset({tokenizer.eos_token_id})
    prompt = build_prompt(order, tokenizer, CHAT, max_context_tokens=1000, model_context=9000, stop_ids=ends)
    assert task.prompt == prompt.tokens
    assert task.selection == prompt.selection
    text = str(tokenizer.decode(list(task.prompt)))
    assert "def f():" in text
    assert text.endswith("assistant\n```python\n")


def test_an_unchanged_edit_is_answered_by_the_selection(tokenizer: PreTrainedTokenizerBase) -> None:
    case = EditCase("1", "python", "keep it", CASE.before, CASE.before)
    task, answer = build_task(case, tokenizer)
    assert answer == task.selection
    assert (
        task.prompt == build_task(EditCase("1", "python", "keep it", CASE.before, "x"), tokenizer)[0].prompt
    )


@pytest.mark.parametrize(
    ("before", "after", "front"),
    [
        (CASE.before, CASE.after, "def f():\n"),
        ("\n\n    a = 1\n", "\n\n    b = 2\n    c = 3\n", ""),
        ("a = 1", "if a:\n    a = 1", ""),
        ("a,\n  b", "c,\n  d", "call("),
        ("a\n    b\n", "b\n    c\n", "    "),
    ],
)
def test_the_engine_turns_the_answer_back_into_the_text(
    tokenizer: PreTrainedTokenizerBase, before: str, after: str, front: str
) -> None:
    case = EditCase("1", "python", "do it", before, after, context_before=front)
    task, answer = build_task(case, tokenizer)
    assert answer[-1:] == task.ending
    trimmed = trim_selection(before, front)
    engine = OutputFilter(trimmed, "```")
    assert engine.feed(str(tokenizer.decode(list(answer[:-1])))) + engine.finish() == after


def test_a_line_outside_the_selections_indentation_loses_what_it_has() -> None:
    trimmed = trim_selection("        a\n", "")
    assert shown_like(trimmed, "    b\n\n        c\n            d\n") == "b\n\nc\n    d"


def test_bytes_of_tokens_join_to_the_text(tokenizer: PreTrainedTokenizerBase) -> None:
    codec = TokenCodec(tokenizer, "```\n")
    text = "größe = '→ 🙂'\n\tx  = 1\n"
    assert b"".join(codec.spell(token) for token in codec.encode(text)) == text.encode()
    assert tokenizer.eos_token_id is not None
    assert codec.spell(int(tokenizer.eos_token_id)) == b""


def test_a_bare_tokenizer_file_will_do(tmp_path: Path, tokenizer: PreTrainedTokenizerBase) -> None:
    data = (find_folder(BUNDLED) / "tokenizer.json").read_bytes().replace(b"<|end|>", b"<|im_end|>")
    (tmp_path / "tokenizer.json.gz").write_bytes(gzip.compress(data))
    bare = load_tokenizer(str(tmp_path))
    assert bare.eos_token == "<|im_end|>"
    assert build_task(CASE, bare)[1] == build_task(CASE, tokenizer)[1]


def test_what_is_no_tokenizer_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no folder"):
        load_tokenizer(str(tmp_path / "none"))
    path = tmp_path / "tokenizer.json"
    path.write_text("{}")
    with pytest.raises(ValueError, match="no tokenizer"):
        load_tokenizer(str(path))
    data = (find_folder(BUNDLED) / "tokenizer.json").read_bytes()
    path.write_bytes(data)
    with pytest.raises(ValueError, match="no token that ends an answer"):
        load_tokenizer(str(tmp_path))
