"""What rank 0 does, the others do: how the methods of a runner are passed on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from specedit_lsp.model.parallel.followers import Followers

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


@runtime_checkable
class Led(Protocol):
    """A runner whose like is at every rank."""

    followers: Followers | None
    """Who does the same; None for a model on one device, and at the other ranks."""
    number: int
    """Its name among the ranks."""


_Runner = TypeVar("_Runner", bound=Led)


def told(
    method: Callable[Concatenate[_Runner, _Arguments], _Result],
) -> Callable[Concatenate[_Runner, _Arguments], _Result]:
    """A method that each rank can run by itself: the others do so before the next one that is :func:`led`."""

    @wraps(method)
    def run(runner: _Runner, /, *arguments: _Arguments.args, **named: _Arguments.kwargs) -> _Result:
        if runner.followers is not None:
            runner.followers.tell(*_describe(method.__name__, runner, arguments, named))
        return method(runner, *arguments, **named)

    return run


def led(
    method: Callable[Concatenate[_Runner, _Arguments], _Result],
) -> Callable[Concatenate[_Runner, _Arguments], _Result]:
    """A method with forwards in it: all ranks run it at the same time, each with its part of the layers.

    Such a method must not call another one of its kind.
    """

    @wraps(method)
    def run(runner: _Runner, /, *arguments: _Arguments.args, **named: _Arguments.kwargs) -> _Result:
        if runner.followers is None:
            return method(runner, *arguments, **named)
        with runner.followers.lead(*_describe(method.__name__, runner, arguments, named)):
            return method(runner, *arguments, **named)

    return run


def lead(followers: Followers | None, *command: object) -> AbstractContextManager[None]:
    """While all ranks run the model, if there are others; ``command`` tells these to."""
    return followers.lead(*command) if followers else nullcontext()


def _describe(
    name: str, runner: Led, arguments: tuple[object, ...], named: dict[str, object]
) -> tuple[object, ...]:
    """A call, in words for other processes; runners go by their numbers."""
    plain = [argument.number if isinstance(argument, Led) else argument for argument in arguments]
    return name, runner.number, plain, named
