"""Which models this engine can run exactly, judged by their configuration alone."""

from __future__ import annotations

from transformers import PretrainedConfig
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING

from specedit_lsp.model.faults import UnsupportedModel

_INSTEAD = "Use a model whose layers all attend to the whole context, such as Qwen2.5-Coder."


def max_context(config: PretrainedConfig) -> int:
    """Return how many tokens, prompt and output together, the model may attend to.

    Raises:
        UnsupportedModel: the configuration names no limit.
    """
    text = config.get_text_config()
    limit = getattr(text, "max_position_embeddings", None)
    if not isinstance(limit, int) or limit < 1:
        raise UnsupportedModel(
            f"The configuration of this {config.model_type} model does not say how long its context is. "
            "Add max_position_embeddings to its config.json."
        )
    rope = getattr(text, "rope_parameters", None) or {}
    if rope.get("rope_type") == "longrope":
        # LongRoPE changes the angles of all positions once a forward reaches past this length; a draft that
        # reaches past it would change what tokens before the border are.
        limit = min(limit, rope.get("original_max_position_embeddings", limit))
    return limit


def check_supported(config: PretrainedConfig, context: int) -> None:
    """Refuse models whose output would depend on the drafts, or that are no decoder of text.

    Rolling back a rejected draft needs a cache that remembers every position, so each layer must attend to
    the whole ``context`` (tokens). A sliding window at least that long never slides and is let through.

    Raises:
        UnsupportedModel: with the reason and what to use instead.
    """
    kind = config.model_type
    if config.is_encoder_decoder:
        raise UnsupportedModel(f"{kind} is an encoder-decoder; only decoders can be run. {_INSTEAD}")
    if type(config) not in MODEL_FOR_CAUSAL_LM_MAPPING:
        raise UnsupportedModel(f"{kind} does not write text: it is not a causal language model. {_INSTEAD}")
    if getattr(MODEL_FOR_CAUSAL_LM_MAPPING[type(config)], "_is_stateful", False):
        raise UnsupportedModel(
            f"{kind} carries a recurrent state, which a rejected draft cannot be rolled back from. {_INSTEAD}"
        )
    text = config.get_text_config()
    for layer in sorted(set(_layer_types(text))):
        if layer == "sliding_attention":
            window = getattr(text, "sliding_window", None) or 0
            if window < context:
                raise UnsupportedModel(
                    f"{kind} has sliding-window layers: they see {window} tokens of a context of {context}, "
                    f"and a rejected draft cannot be rolled back from them. {_INSTEAD}"
                )
        elif layer != "full_attention":
            raise UnsupportedModel(
                f"{kind} has layers of type {layer}, from which a rejected draft cannot be rolled back. "
                f"{_INSTEAD}"
            )


def _layer_types(text: PretrainedConfig) -> list[str]:
    """What each layer attends to; for configurations that do not list it, one word for all layers."""
    listed = getattr(text, "layer_types", None)
    if listed:
        return list(listed)
    slides = getattr(text, "sliding_window", None) and getattr(text, "use_sliding_window", True)
    return ["sliding_attention" if slides else "full_attention"]
