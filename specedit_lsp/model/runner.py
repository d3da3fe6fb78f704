"""One sequence at a time through the target model, forwards and back."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from specedit_lsp.model.attention import widen
from specedit_lsp.model.canonical import CanonicalForward
from specedit_lsp.model.choice import choose
from specedit_lsp.model.faults import ContextOverflow, NumericalFault
from specedit_lsp.model.kv_cache import KVCache
from specedit_lsp.model.loading import LoadedModel
from specedit_lsp.model.parallel.leading import led, told
from specedit_lsp.model.shape import FEWEST_ROWS, Shape, choose_shape


class ModelRunner:
    """Runs the target model over one growing sequence and keeps its cache. Not for two threads at once.

    Several runners may share a model, each with a sequence of its own. What a runner says of a token does not
    depend on the guesses it was asked about, see :class:`~specedit_lsp.model.shape.Shape`.
    """

    def __init__(self, loaded: LoadedModel, shape: Shape | None = None) -> None:
        self._model = loaded.model
        self._device = loaded.device
        self._group = loaded.group
        self.shape = shape or choose_shape(loaded.device, loaded.dtype)
        """The form of its forwards."""
        self.max_context = loaded.max_context
        """Tokens that the cache may hold."""
        self.vocabulary_size = loaded.vocabulary_size
        """Ids below this may be fed."""
        self._cache = KVCache(loaded.device)
        self._canonical = CanonicalForward(loaded, self._cache, self.shape)
        self._bucket = 0
        self._dealt = 1
        """Branches of the last forward."""
        self._share = 0
        """Rows of each of them."""
        self._tokens: list[int] = []
        self._scores: torch.Tensor | None = None
        """Logits by which the last forward chose  [branches, tokens, vocabulary], for margins."""
        self.forwards = 0
        """Forwards since the sequence began, prefill included."""
        self.followers = loaded.followers
        self.number = self.followers.open_runner(self, self.shape) if self.followers else 0

    @property
    def length(self) -> int:
        """Tokens in the cache."""
        return len(self._tokens)

    @property
    def bytes(self) -> int:
        """Memory that the cache takes."""
        return self._cache.bytes

    @told
    def begin(self, tokens: Sequence[int] = (), limit: int = 0) -> None:
        """Start a sequence that is going to begin with ``tokens`` and to have ``limit`` at most.

        What is in the cache already of its beginning stays there, all but the last token, behind which
        the model has to speak again.
        """
        del self._tokens[min(self.count_reusable(tokens, limit), max(len(tokens) - 1, 0)) :]
        self._bucket = self.shape.choose_bucket(limit, self.max_context)
        self._cache.reserve(self._bucket)
        self.forwards = 0

    def count_reusable(self, tokens: Sequence[int], limit: int) -> int:
        """Return how many leading tokens :meth:`begin` would leave in the cache."""
        fixed = self.shape.canonical and not self.shape.invariant
        if fixed and self.shape.choose_bucket(limit, self.max_context) != self._bucket:
            return 0  # in another bucket the same tokens might have other bits
        return self.count_shared(tokens)

    def count_shared(self, tokens: Sequence[int]) -> int:
        """Return how many leading tokens are those of the sequence in the cache."""
        for index, (ours, theirs) in enumerate(zip(self._tokens, tokens, strict=False)):
            if ours != theirs:
                return index
        return min(len(self._tokens), len(tokens))

    @told
    def continue_from(self, other: ModelRunner, count: int) -> None:
        """Take over the first ``count`` tokens of another runner's sequence, its bucket included."""
        self._cache.reserve(other._cache.capacity)
        self._cache.copy_from(other._cache, count)
        self._tokens[:] = other._tokens[:count]
        self._bucket = other._bucket

    @told
    def cut(self, length: int) -> None:
        """Forget all tokens but the first ``length``."""
        del self._tokens[length:]

    @told
    def forget(self) -> None:
        """Empty the cache and give its memory back."""
        self._tokens.clear()
        self._cache.release()
        self._drop_scores()
        self._canonical.forget()
        self._bucket = 0

    def count_free(self, fed: int) -> int:
        """Return how many guesses a forward may have behind ``fed`` tokens."""
        space = self.max_context - self.length - fed
        # Whatever was fed fills whole forwards but for the last.
        return min(space, -fed % self.shape.rows) if self.shape.canonical else space

    @led
    def read(self, token_ids: Sequence[int]) -> None:
        """Append tokens whose continuation is not wanted, ``shape.rows`` of them at most.

        Raises:
            ContextOverflow: the model cannot attend to that many tokens; the sequence is as it was before.
        """
        self._read(token_ids)

    def _read(self, token_ids: Sequence[int]) -> None:
        self._check_room(len(token_ids))
        self._drop_scores()
        with torch.inference_mode():
            if self.shape.canonical:
                self._canonical.run([token_ids], self.length, self._find_bucket(len(token_ids)))
            else:
                self._run_free(token_ids, 1, None)
        self._tokens += token_ids

    @led
    @torch.inference_mode()
    def forward(
        self, token_ids: Sequence[int], guesses: Sequence[int] = (), parents: Sequence[int] | None = None
    ) -> list[int]:
        """Append ``token_ids`` and then ``guesses`` to the sequence, in one forward if that holds them.

        Return what the model would write next: the argmax over the vocabulary behind the last of
        ``token_ids``, and behind each guess. With ``parents`` the guesses are a tree: each follows the guess
        whose index is given, or ``token_ids`` where it is -1; a parent comes before its children. After such
        a forward :meth:`keep` must be called before the next one.

        Raises:
            ContextOverflow: the model cannot attend to that many tokens; the sequence is as it was before.
            NumericalFault: the model's scores are not finite.
            ValueError: a tree, or more guesses than :meth:`count_free`, in a canonical shape.
        """
        self._check_room(len(token_ids) + len(guesses))
        if self.shape.canonical and (parents is not None or len(guesses) > self.count_free(len(token_ids))):
            raise ValueError("a canonical forward checks one branch that fits into its rows")
        self._drop_scores()
        while len(token_ids) > self.shape.rows:
            self._read(token_ids[: self.shape.rows])
            token_ids = token_ids[self.shape.rows :]
        new = [*token_ids, *guesses]
        wanted = 1 + len(guesses)
        if self.shape.canonical:
            chosen = self._canonical.run([new], self.length, self._find_bucket(len(new)))[0]
            if self._canonical.logits is not None:
                self._scores = self._canonical.logits[None, len(new) - wanted : len(new)]
        else:
            chosen = self._run_free(new, wanted, parents)
        self._tokens += new
        self.forwards += 1
        # A mark among the ids, so that host and device meet once per forward.
        found: list[int] = chosen.tolist()[len(new) - wanted : len(new)]
        self._check_numbers(found)
        return found

    @led
    @torch.inference_mode()
    def forward_branches(self, token: int, branches: Sequence[Sequence[int]]) -> list[list[int]]:
        """Append ``token`` and look, in one canonical forward, at what each branch behind it would bring.

        Return for each branch what :meth:`forward` would. The sequence then ends with ``token``, until
        :meth:`keep_branch`, which must be called before the next forward.

        Raises:
            NumericalFault: the model's scores are not finite.
            ValueError: the branches are too many, or too long, for the shape.
        """
        self._check_room(1 + max(map(len, branches)))
        self._drop_scores()
        dealt = 1 << (len(branches) - 1).bit_length()
        longest = 1 + max(map(len, branches))
        if dealt > self.shape.branches or longest > self.shape.rows // dealt:
            raise ValueError(f"{len(branches)} branches do not fit into {self.shape}")
        rows = [[token, *branch] for branch in branches] + [[token]] * (dealt - len(branches))
        chosen: list[list[int]] = self._canonical.run(rows, self.length, self._find_bucket(longest)).tolist()
        self._share = len(chosen[0])
        if self._canonical.logits is not None:
            self._scores = self._canonical.logits.view(dealt, self._share, -1)
        found = [choices[: 1 + len(branch)] for choices, branch in zip(chosen, branches, strict=False)]
        for choices in found:
            self._check_numbers(choices)
        self._dealt = dealt
        self._tokens.append(token)
        self.forwards += 1
        return found

    @torch.inference_mode()
    def measure_margin(self, place: int, branch: int = 0) -> float:
        """Return by how many logits the last forward's choice at ``place`` exceeds the next best.

        ``place`` counts the choices it returned. To be asked for before :meth:`keep`; one more pass over one
        row of the vocabulary.

        Raises:
            ValueError: there has been no forward, or what it knew is gone.
        """
        if self._scores is None:
            raise ValueError("margins are to be asked for right after a forward")
        first, second = self._scores[branch, place].float().topk(2).values.tolist()
        return float(first - second)

    @told
    @torch.inference_mode()
    def keep_branch(self, index: int, agreed: Sequence[int]) -> None:
        """Of the last forward's branches take over the one at ``index``: its first tokens, ``agreed``."""
        self._drop_scores()
        start = self.length - 1
        slots = torch.arange(start, start + self._share, device=self._device)
        self._cache.adopt(self._dealt, self._bucket, index, slots)
        if self.shape.invariant:
            # There is a size for every forward: they would pile up.
            self._cache.drop_dealt()
        self._tokens += agreed

    @told
    @torch.inference_mode()
    def keep(self, guesses: int, agreed: Sequence[int]) -> None:
        """Of the last ``guesses`` tokens keep those at the indices ``agreed``, which go up, in a row."""
        start = self.length - guesses
        if start < 0 or (agreed and agreed[-1] >= guesses):
            raise ValueError(f"cannot keep {list(agreed)} of {guesses} tokens, the last of {self.length}")
        self._drop_scores()
        if list(agreed) != list(range(len(agreed))):
            self._cache.move(torch.tensor(agreed, device=self._device) + start, start)
        self._tokens[start:] = [self._tokens[start + index] for index in agreed]

    def _drop_scores(self) -> None:
        """Before the next forward makes its own: two of them would take twice the memory."""
        self._scores = self._canonical.logits = None

    def _check_numbers(self, chosen: Sequence[int]) -> None:
        if -1 in chosen:
            raise NumericalFault(
                "The model's scores are not numbers. Its weights may be damaged, or too large for "
                f"{self._model.dtype}: set model.dtype to float32, or fetch the model again."
            )

    def _check_room(self, count: int) -> None:
        if self.length + count > self.max_context:
            raise ContextOverflow(
                f"{self.length + count} tokens do not fit into the model's context of "
                f"{self.max_context}. Select less, or lower context.maxTokens."
            )

    def _find_bucket(self, new: int) -> int:
        """The bucket of this sequence; a larger one if nobody said how long it was going to be.

        An invariant forward sees no more than ``new`` tokens need.
        """
        if self.shape.invariant:
            self._bucket = self.shape.choose_bucket(self.length + max(new, FEWEST_ROWS), self.max_context)
            self._cache.reserve(self._bucket)
        elif self.length + self.shape.rows > self._bucket:
            self._bucket = self.shape.choose_bucket(self.length + 1, self.max_context)
            self._cache.reserve(self._bucket)
        return self._bucket

    def _run_free(self, new: Sequence[int], wanted: int, parents: Sequence[int] | None) -> torch.Tensor:
        """One forward with as many rows as there are tokens.  Return the last choices  [tokens]"""
        start, count = self.length, len(new)
        end = start + count
        slots = torch.arange(start, end, device=self._device)
        self._cache.reserve(end)
        self._cache.aim(slots, end)
        lineage = None if parents is None else _arrange_tree(count - len(parents), parents)
        depths = slots if lineage is None else start + lineage.sum(dim=1).to(self._device) - 1
        output = self._model(
            torch.tensor([new], dtype=torch.long, device=self._device),
            past_key_values=self._cache,
            use_cache=True,
            attention_mask=None if count == 1 else self._mask(start, count, lineage),
            position_ids=depths[None],
            logits_to_keep=wanted,
        )
        logits = output.logits[0, -wanted:]  # [wanted, vocab]; some models return all rows whatever is asked
        chosen = torch.full((count,), -1, dtype=torch.long, device=self._device)
        chosen[count - wanted :] = choose(logits)
        self._scores = logits[None]
        return chosen

    def _mask(self, start: int, count: int, lineage: torch.Tensor | None) -> torch.Tensor:
        """What is added to the scores of ``count`` rows behind ``start`` tokens."""
        dtype = self._model.dtype
        rows = torch.ones(count, count, dtype=torch.bool).tril() if lineage is None else lineage
        mask = torch.zeros(count, start + count, dtype=dtype)  # [rows, slots]
        mask[:, start:].masked_fill_(~rows, torch.finfo(dtype).min)
        return widen(mask.to(self._device), self._group)


def _arrange_tree(fed: int, parents: Sequence[int]) -> torch.Tensor:
    """Return which rows each of ``fed`` tokens and the tree of guesses behind them follows.  [rows, rows]"""
    count = fed + len(parents)
    lineage = torch.ones(count, count, dtype=torch.bool).tril()
    lineage[fed:, fed:] = False
    for index, parent in enumerate(parents):
        if parent >= 0:
            lineage[fed + index] = lineage[fed + parent]
        lineage[fed + index, fed + index] = True
    return lineage
