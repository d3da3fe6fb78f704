"""Beginning a run from an earlier model, even one with another tokenizer."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import LlamaForCausalLM


def start_from(model: LlamaForCausalLM, tokenizer: Tokenizer, earlier: Path) -> int:
    """Copy the weights of the exported model in `earlier`; return how many embeddings had to be composed.

    A token that the earlier tokenizer lacks begins as the mean of the earlier pieces of its text. If the
    earlier model turned its rotary dimensions faster, this one soon finds its way (Xiong et al., "Effective
    Long-Context Scaling of Foundation Models", 2023).

    Raises:
        ValueError: the earlier model is of another size.
    """
    old_model = LlamaForCausalLM.from_pretrained(earlier, dtype=torch.float32)
    old_tokenizer = Tokenizer.from_file(str(earlier / "tokenizer.json"))
    weights = {**old_model.state_dict()}
    old_embeddings = weights["model.embed_tokens.weight"]  # (old vocabulary, width)
    embeddings = model.model.embed_tokens.weight.detach().clone()  # (vocabulary, width)
    composed = 0
    for token, index in tokenizer.get_vocab().items():
        known = old_tokenizer.token_to_id(token)
        text = tokenizer.decode([index], skip_special_tokens=True)
        pieces = [known] if known is not None else old_tokenizer.encode(text, add_special_tokens=False).ids
        if pieces and embeddings.shape[1] == old_embeddings.shape[1]:
            embeddings[index] = old_embeddings[pieces].mean(0)
            composed += known is None
    weights["model.embed_tokens.weight"] = weights["lm_head.weight"] = embeddings
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:
        raise ValueError(f"{earlier} is a model of another size than the plan asks for") from error
    return composed
