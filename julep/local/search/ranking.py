"""How scores are put on one scale, and how results are chosen that differ from each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows: TypeAlias = NDArray[np.int64]
    Scores: TypeAlias = NDArray[np.floating[Any]]

_FIRST = 500  # is as many as any search can take, unless what it finds is filtered


class Match(NamedTuple):
    """A snippet that was found, by number; the greater its score the better it fits."""

    number: int
    doc_id: str
    score: float


def distribution_based(scores: Mapping[str, float]) -> dict[str, float]:
    """Scale scores so that their mean is 0.5 and three deviations reach 0 and 1.

    A single score, or equal ones, can't be scaled and stay as they are.
    """
    values = list(scores.values())
    spread = stdev(values) if len(values) > 1 else 0.0
    if spread == 0:
        return dict(scores)
    lowest = fmean(values) - 3 * spread
    return {key: (score - lowest) / (6 * spread) for key, score in scores.items()}


def fused(text: Mapping[str, float], vector: Mapping[str, float], alpha: float) -> dict[str, float]:
    """Merge both scores of each key, by distribution-based score fusion.

    Args:
        text: Scores of the text search, the greater the better.
        vector: Scores of the vector search, the greater the better.
        alpha: The weight of the vectors, 0..1.
    """
    by_text, by_vector = distribution_based(text), distribution_based(vector)
    return {
        key: (1 - alpha) * by_text.get(key, 0.0) + alpha * by_vector.get(key, 0.0)
        for key in {**text, **vector}
    }


def diverse(
    relevance: Sequence[float], vectors: Sequence[bytes], limit: int, strength: float
) -> list[int]:
    """Choose the indexes of items to show: relevant, and unlike those before (MMR).

    Args:
        relevance: Each item's score.
        vectors: Each item's vector of length 1, as 32 bit floats.
        limit: How many to choose.
        strength: 0 looks at relevance alone, nearly 1 at difference alone.
    """
    import numpy as np  # noqa: PLC0415 - as costly to import as the rest of the server

    matrix = np.array([np.frombuffer(vector, dtype=np.float32) for vector in vectors])
    scores = (1 - strength) * np.asarray(relevance)
    likeness = np.zeros(len(relevance))
    chosen: list[int] = []
    while len(chosen) < min(limit, len(relevance)):
        best = int(np.argmax(scores - strength * likeness))
        chosen.append(best)
        scores[best] = -np.inf
        likeness = np.maximum(likeness, matrix @ matrix[best])
    return chosen


def in_order(rows: Rows, scores: Scores) -> Iterator[Rows]:
    """Sort rows by their scores, the greatest first and of equal ones the first row, in two parts.

    Few are taken, and to sort all of them costs much more than to find the greatest.
    """
    import numpy as np  # noqa: PLC0415 - as above

    left = scores[rows]
    if len(rows) > _FIRST:
        greatest = left >= np.partition(left, -_FIRST)[-_FIRST]
        yield _sorted(rows[greatest], left[greatest])
        rows, left = rows[~greatest], left[~greatest]
    yield _sorted(rows, left)


def _sorted(rows: Rows, scores: Scores) -> Rows:
    import numpy as np  # noqa: PLC0415 - as above

    return rows[np.argsort(-scores, kind="stable")]
