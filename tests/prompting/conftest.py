"""Small tokenizers with the chat templates of the model families, built without a network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from specedit_lsp.prompting.profiles import CHAT, COMPLETION, MINI, Profile
from specedit_lsp.prompting.prompt import Prompt, build_prompt
from specedit_lsp.transport.messages import RewriteOrder

CHATML = """\
{% for message in messages %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""

LLAMA = """\
{{ bos_token }}{% for message in messages %}<|start_header_id|>{{ message.role }}<|end_header_id|>

{{ message.content | trim }}<|eot_id|>{% endfor %}{% if add_generation_prompt %}\
<|start_header_id|>assistant<|end_header_id|>

{% endif %}"""

GEMMA = """\
{{ bos_token }}\
{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}\
{% for message in messages %}<start_of_turn>{{ message.role }}
{{ message.content | trim }}<end_of_turn>
{% endfor %}{% if add_generation_prompt %}<start_of_turn>model
{% endif %}"""

SILENT = """\
{{ bos_token }}{% for message in messages %}\
{% if message.role == 'user' %}[INST] {{ message.content }} [/INST]\
{% endif %}{% endfor %}"""

THINKING = (
    CHATML.removesuffix("{% endif %}")
    + "{% if enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)

ALWAYS_THINKING = CHATML.removesuffix("{% endif %}") + "<think>\n{% endif %}"

CONTROL = {
    "mini": ["<|end|>", "<|pad|>", "<|edit|>", "<|code|>", "<|out|>"],
    "chatml": ["<|im_end|>", "<|im_start|>", "<|endoftext|>"],
    "llama": ["<|eot_id|>", "<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>"],
    "gemma": ["<end_of_turn>", "<bos>", "<start_of_turn>"],
    "silent": ["</s>", "<s>", "[INST]", "[/INST]"],
    "thinking": ["<|im_end|>", "<|im_start|>", "<|endoftext|>"],
    "always-thinking": ["<|im_end|>", "<|im_start|>", "<|endoftext|>"],
    "base": ["<|endoftext|>"],
    "base-with-beginning": ["</s>", "<s>"],
}
"""Special tokens of each family; the first ends an answer."""

TEMPLATES = {
    "chatml": CHATML,
    "llama": LLAMA,
    "gemma": GEMMA,
    "silent": SILENT,
    "thinking": THINKING,
    "always-thinking": ALWAYS_THINKING,
}
BEGINNINGS = {"llama": "<|begin_of_text|>", "gemma": "<bos>", "silent": "<s>", "base-with-beginning": "<s>"}


TRAINED_ON = [
    "def area(width, height):\n    return width * height\n\n\nclass Shape:\n",
    "    def __init__(self):\n        pass\n",
    "```python\nfor name in names:\n        print(name)\n```\n\nThe selection to rewrite: instruction\n",
    "assistant\nuser\nsystem\nRewrite the selection. Answer with the text before and after it.\n",
]


@dataclass(frozen=True)
class Family:
    """A model family's tokenizer and the profile it gets."""

    tokenizer: PreTrainedTokenizerFast
    profile: Profile
    control: frozenset[int]
    """Ids of all its special tokens."""
    stop_ids: frozenset[int]

    def build(
        self,
        order: RewriteOrder,
        max_context_tokens: int = 1024,
        model_context: int = 8192,
        max_rules_tokens: int = 1024,
    ) -> Prompt:
        """Return this family's prompt for an order."""
        return build_prompt(
            order,
            self.tokenizer,
            self.profile,
            max_context_tokens=max_context_tokens,
            max_rules_tokens=max_rules_tokens,
            model_context=model_context,
            stop_ids=self.stop_ids,
        )

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of the ids, special tokens included."""
        return str(self.tokenizer.decode(list(ids)))


@pytest.fixture(scope="session")
def families() -> dict[str, Family]:
    """All model families by their names."""
    return {name: _build_family(name) for name in CONTROL}


@pytest.fixture(scope="session", params=CONTROL)
def family(request: pytest.FixtureRequest, families: dict[str, Family]) -> Family:
    """Each model family in turn."""
    return families[request.param]


@pytest.fixture(scope="session", params=TEMPLATES)
def chat_family(request: pytest.FixtureRequest, families: dict[str, Family]) -> Family:
    """Each family of chat models in turn."""
    return families[request.param]


def _build_family(name: str) -> Family:
    tokenizer = _build_tokenizer(name)
    profile = CHAT if name in TEMPLATES else MINI if name == "mini" else COMPLETION
    control = frozenset(tokenizer.all_special_ids)
    return Family(tokenizer, replace(profile, model=name), control, frozenset({tokenizer.eos_token_id}))


def _build_tokenizer(family: str) -> PreTrainedTokenizerFast:
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=CONTROL[family],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    backend.train_from_iterator(TRAINED_ON, trainer)
    if family == "base-with-beginning":
        backend.post_processor = processors.TemplateProcessing(
            single="<s> $A", special_tokens=[("<s>", backend.token_to_id("<s>"))]
        )
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=backend,
        eos_token=CONTROL[family][0],
        bos_token=BEGINNINGS.get(family),
        additional_special_tokens=CONTROL[family],
        chat_template=TEMPLATES.get(family),
    )
