"""Cosine similarity of a query with all snippets of an owner, kept in memory between searches."""

from __future__ import annotations

import heapq
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

import attrs

from julep.local.models.embeddings import DIMENSIONS
from julep.local.store.snippets import Snippets

from .ranking import Match, in_order

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix: TypeAlias = NDArray[np.float32]
    Numbers: TypeAlias = NDArray[np.int64]

_OWNERS_IN_MEMORY = 64  # each has 4 kB for each of its snippets
_FEW = DIMENSIONS // 8  # dimensions; to copy those of more takes longer than to multiply all
_AT_ONCE = 64  # vectors that are turned together, as many as the cache of a processor holds


@attrs.frozen(eq=False)
class _Vectors:
    """Vectors of an owner's snippets.

    Attributes:
        numbers: The snippets.
        docs: Their documents.
        matrix: A row for each dimension, so that those which a query lacks can be left out: one
            that was made of the words of a short text has a few of a thousand.
    """

    numbers: Numbers
    docs: list[str]
    matrix: Matrix


class VectorIndex:
    """Vectors by owner, read at the first search and again after a change."""

    def __init__(self, snippets: Snippets) -> None:
        self._snippets = snippets
        self._owners: OrderedDict[str, _Vectors] = OrderedDict()
        snippets.watch(self._forget)

    def nearest(
        self, owners: Sequence[str], query: Sequence[float], least: float
    ) -> Iterator[Match]:
        """Find the owners' snippets with at least this similarity, nearest first."""
        import numpy as np  # noqa: PLC0415 - numpy costs as much time as the rest of the start

        numbers = np.asarray(query, dtype=np.float64)
        # Brought near 1 first: floats can't hold the squares of very great or small numbers.
        numbers = numbers / (np.abs(numbers).max() or 1)
        direction = (numbers / (np.linalg.norm(numbers) or 1)).astype(np.float32)
        found = [_near(self._vectors(owner), direction, least) for owner in owners]
        return heapq.merge(*found, key=lambda match: -match.score)

    def _vectors(self, owner_id: str) -> _Vectors:
        if owner_id not in self._owners:
            self._owners[owner_id] = _read(self._snippets, owner_id)
        self._owners.move_to_end(owner_id)
        while len(self._owners) > _OWNERS_IN_MEMORY:
            self._owners.popitem(last=False)
        return self._owners[owner_id]

    def _forget(self, owner_id: str) -> None:
        self._owners.pop(owner_id, None)


def _near(vectors: _Vectors, direction: Matrix, least: float) -> Iterator[Match]:
    import numpy as np  # noqa: PLC0415 - as above

    given = np.flatnonzero(direction)
    few = given if len(given) < _FEW else slice(None)
    similarities = direction[few] @ vectors.matrix[few]
    for rows in in_order(np.flatnonzero(similarities >= least), similarities):
        scores: list[float] = similarities[rows].tolist()
        numbers: list[int] = vectors.numbers[rows].tolist()
        at: list[int] = rows.tolist()
        for row, number, score in zip(at, numbers, scores, strict=True):
            yield Match(number, vectors.docs[row], score)


def _read(snippets: Snippets, owner_id: str) -> _Vectors:
    import numpy as np  # noqa: PLC0415 - as above

    rows = snippets.vectors(owner_id)
    numbers = np.array([number for number, _, _ in rows], dtype=np.int64)
    matrix = np.empty((DIMENSIONS, len(rows)), dtype=np.float32)
    for at in range(0, len(rows), _AT_ONCE):
        joined = b"".join(vector for _, _, vector in rows[at : at + _AT_ONCE])
        vectors = np.frombuffer(joined, dtype=np.float32).reshape(-1, DIMENSIONS)
        matrix[:, at : at + _AT_ONCE] = vectors.T
    return _Vectors(numbers, [doc_id for _, doc_id, _ in rows], matrix)
