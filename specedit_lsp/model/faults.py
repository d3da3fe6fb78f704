"""What can be wrong with a model. Every message says what to do about it."""

from __future__ import annotations


class FollowerLost(RuntimeError):
    """One of the processes that share a model is gone, hangs, or failed alone: all are lost by that."""


class ModelFault(Exception):
    """A model that cannot be used, or cannot go on. Its text is meant for the user."""


class ModelNotFound(ModelFault):
    """There is no such folder, and the hub's cache does not hold that name."""


class IncompleteModel(ModelFault):
    """The folder is there, but config, tokenizer or safetensors weights are missing or do not fit."""


class UnsupportedModel(ModelFault):
    """A kind of model whose output this engine could not keep exact, or that it refuses to run."""


class ContextOverflow(ModelFault):
    """More tokens than the model can attend to."""


class NumericalFault(ModelFault):
    """The model computed something that is not a number."""
