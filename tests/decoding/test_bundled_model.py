"""The bundled model, as it ships: loading, drafting and stopping together."""

from __future__ import annotations

from specedit_lsp.decoding.detokenizer import Detokenizer
from specedit_lsp.decoding.speculative_decoder import Finish, SpeculativeDecoder
from specedit_lsp.drafting.draft import EditContext
from specedit_lsp.drafting.sources import BUILDERS, build_router
from specedit_lsp.model.loading import load_model
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.prompting.codec import TokenCodec
from specedit_lsp.settings import ModelSettings

SELECTION = """def read_names(path):
    names = []
    with open(path) as handle:
        for line in handle:
            line = line.strip()
            if line:
                names.append(line)
    return names
"""


def test_the_bundled_model_writes_the_same_with_every_choice_of_sources() -> None:
    loaded = load_model(ModelSettings(device="cpu"))
    tokenizer = loaded.tokenizer
    prompt = tokenizer.encode(
        f"<|edit|>rename names to users<|code|>{SELECTION}<|out|>", add_special_tokens=False
    )
    selection = tokenizer.encode(SELECTION, add_special_tokens=False)
    runner = ModelRunner(loaded)
    decoder = SpeculativeDecoder(runner, width=128)
    outputs, forwards = [], []
    choices: tuple[tuple[str, ...], ...] = ((), ("selection",), ("rewrite",), ("lookup",), tuple(BUILDERS))
    for names in choices:
        context = EditContext(
            tuple(prompt),
            (*selection, *loaded.stop_ids),
            TokenCodec(tokenizer, ""),
            SELECTION,
            ending=tuple(loaded.stop_ids),
            instruction="rename names to users",
            language="python",
        )
        router = build_router(names, context, branches=8)
        steps = list(decoder.decode(prompt, router, loaded.stop_ids, max_new_tokens=300))
        assert steps[-1].finish is Finish.STOP
        outputs.append([token for step in steps for token in step.tokens])
        forwards.append(runner.forwards)
    assert outputs == [outputs[0]] * len(choices)
    assert forwards[0] == len(outputs[0]) + 1
    assert max(forwards[1:]) < forwards[0] / 2
    detokenizer = Detokenizer(tokenizer, prompt)
    text = "".join([*(detokenizer.feed([token]) for token in outputs[0]), detokenizer.finish()])
    assert text == tokenizer.decode(outputs[0], clean_up_tokenization_spaces=False)
    assert text.startswith("def ")
