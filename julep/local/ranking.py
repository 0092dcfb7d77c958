"""How scores are put on one scale, and how results are chosen that differ from each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from statistics import fmean, stdev


def distribution_based(scores: Mapping[str, float]) -> dict[str, float]:
    """The scores on a scale where their mean is 0.5 and three deviations reach 0 and 1.

    A single score, or equal ones, can't be scaled and stay as they are.
    """
    values = list(scores.values())
    spread = stdev(values) if len(values) > 1 else 0.0
    if spread == 0:
        return dict(scores)
    lowest = fmean(values) - 3 * spread
    return {key: (score - lowest) / (6 * spread) for key, score in scores.items()}


def fused(text: Mapping[str, float], vector: Mapping[str, float], alpha: float) -> dict[str, float]:
    """Both scores of each key in one, by distribution-based score fusion.

    Args:
        text: scores of the text search, the greater the better.
        vector: scores of the vector search, the greater the better.
        alpha: the weight of the vectors, 0..1.
    """
    by_text, by_vector = distribution_based(text), distribution_based(vector)
    return {
        key: (1 - alpha) * by_text.get(key, 0.0) + alpha * by_vector.get(key, 0.0)
        for key in {**text, **vector}
    }


def diverse(
    relevance: Sequence[float], vectors: Sequence[Sequence[float]], limit: int, strength: float
) -> list[int]:
    """Indexes of the items to show: relevant, and unlike those before (MMR).

    Args:
        relevance: each item's score.
        vectors: each item's vector.
        limit: how many to choose.
        strength: 0 looks at relevance alone, nearly 1 at difference alone.
    """
    left = list(range(len(relevance)))
    likeness = [0.0] * len(relevance)
    chosen: list[int] = []
    while left and len(chosen) < limit:
        best = max(left, key=lambda i: (1 - strength) * relevance[i] - strength * likeness[i])
        left.remove(best)
        chosen.append(best)
        for i in left:
            likeness[i] = max(likeness[i], cosine(vectors[i], vectors[best]))
    return chosen


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """The cosine of the angle between two vectors; 0 if one of them is nothing."""
    lengths = sqrt(sum(x * x for x in one)) * sqrt(sum(x * x for x in other))
    return sum(x * y for x, y in zip(one, other, strict=True)) / lengths if lengths else 0.0
