"""Models that turn texts into vectors: an endpoint's, one on this machine, or none at all."""

from __future__ import annotations

import importlib.util
import logging
import math
import sys
import zlib
from array import array
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, Protocol, TypeGuard

import anyio.lowlevel
from anyio import to_thread

from julep.local.errors import ModelFailed
from julep.types._json import JsonObject, is_array, objects

from .keywords import keywords
from .openai_http import Endpoint

DIMENSIONS = 1024
"""As on self-hosted servers, so that programs with vectors of their own fit both."""
_PART_WEIGHT = 0.3  # of a run of letters: some of them together count as much as a word
# Texts without blanks are one word; of words, characters and features that are kept there are bounds.
_LONGEST_WORD, _LONGEST_KEPT = 5_000, 32
_AT_ONCE = 5_000  # characters that are hashed before others are answered
_ON_THIS_MACHINE = "BAAI/bge-small-en-v1.5"
_LOG = logging.getLogger("julep.local")


class Vectors(Protocol):
    """A model that turns texts into vectors of `DIMENSIONS` numbers and length 1."""

    @property
    def name(self) -> str:
        """What the model is called."""
        ...

    @property
    def semantic(self) -> bool:
        """Whether texts of the same meaning and other words get near vectors."""
        ...

    async def vectors(self, texts: Sequence[str]) -> list[array[float]]:
        """Make one vector for each text."""
        ...


class HashingVectors:
    """Vectors made from words alone, with no model: texts are near when they share words.

    Each word and each run of three letters adds to the number that its checksum picks. The same
    text has the same vector on every machine.
    """

    name = "julep-hashing-1024"
    semantic = False

    async def vectors(self, texts: Sequence[str]) -> list[array[float]]:
        """Make one vector for each text."""
        return [await _hashed(text) for text in texts]


class EndpointVectors:
    """Vectors from a server of OpenAI's embeddings API."""

    semantic = True

    def __init__(self, endpoint: Endpoint, model: str) -> None:
        self._endpoint = endpoint
        self.name = model

    async def vectors(self, texts: Sequence[str]) -> list[array[float]]:
        """Make one vector for each text."""
        # An empty text is an error to many servers.
        given = [text or " " for text in texts]
        body = {"model": self.name, "input": given, "dimensions": DIMENSIONS}
        answer = await self._endpoint.call("POST", "/embeddings", body)
        items = sorted(objects(answer.get("data")), key=_index)
        if len(items) != len(texts):
            raise ModelFailed(f"{len(items)} vectors came back for {len(texts)} texts")
        return [fitted(_numbers(item.get("embedding"))) for item in items]


class MachineVectors:
    """Vectors from a model whose weights are on this machine, run by fastembed."""

    semantic = True
    name = _ON_THIS_MACHINE

    def __init__(self, model: Any) -> None:
        self._model = model

    async def vectors(self, texts: Sequence[str]) -> list[array[float]]:
        """Make one vector for each text."""

        def embed() -> list[array[float]]:
            return [fitted(vector.tolist()) for vector in self._model.embed(list(texts))]

        return await to_thread.run_sync(embed)


def machine_vectors() -> MachineVectors | None:
    """Load the model on this machine, or return None: fastembed or the weights aren't there.

    Nothing is downloaded: that would be a surprise in a server that works offline.
    """
    if importlib.util.find_spec("fastembed") is None:
        return None
    fastembed: Any = importlib.import_module("fastembed")
    try:
        return MachineVectors(fastembed.TextEmbedding(_ON_THIS_MACHINE, local_files_only=True))
    except Exception as error:  # noqa: BLE001 - whatever keeps it from loading, there is another way
        _LOG.warning("fastembed can't load %s: %s", _ON_THIS_MACHINE, error)
        return None


def _index(item: JsonObject) -> int:
    index = item.get("index")
    with suppress(ValueError):
        return int(index) if isinstance(index, int | float | str) else 0
    return 0


def _numbers(embedding: object) -> Sequence[float]:
    if is_array(embedding):
        numbers = [number for number in embedding if _is_number(number)]
        if len(numbers) == len(embedding):
            return numbers
    raise ModelFailed("The model's server answered with something that isn't a vector of numbers")


def _is_number(value: object) -> TypeGuard[float]:
    # JSON has whole numbers that no float can hold.
    return isinstance(value, int | float) and abs(value) <= sys.float_info.max


def fitted(vector: Sequence[float]) -> array[float]:
    """Bring a model's vector to `DIMENSIONS` numbers and length 1; zeros change no angle."""
    padded = [*vector[:DIMENSIONS], *[0.0] * (DIMENSIONS - len(vector))]
    length = math.hypot(*padded) or 1.0
    return array("f", (value / length for value in padded))


async def _hashed(text: str) -> array[float]:
    sums: dict[int, float] = {}
    words = keywords(text) or text.lower().split() or [""]
    unasked = _AT_ONCE
    for word in words:
        for start in range(0, len(word) or 1, _LONGEST_WORD):
            part = word[start : start + _LONGEST_WORD]
            unasked += len(part)
            if unasked > _AT_ONCE:
                await anyio.lowlevel.checkpoint()
                unasked = 0
            _add(sums, _features(part) if len(part) <= _LONGEST_KEPT else _made_features(part))
    length = math.hypot(*sums.values()) or 1.0
    vector = array("f", bytes(4 * DIMENSIONS))
    for place, total in sums.items():
        vector[place] = total / length
    return vector


def _add(sums: dict[int, float], features: Iterable[int]) -> None:
    weight = 1.0
    for feature in features:
        place = abs(feature) - 1
        sums[place] = sums.get(place, 0.0) + (weight if feature > 0 else -weight)
        weight = _PART_WEIGHT


@lru_cache(maxsize=10_000)
def _features(word: str) -> array[int]:
    return _made_features(word)


def _made_features(word: str) -> array[int]:
    """Return where a word counts, and then where its parts do, by places from 1 on.

    Half of them are negative, so that collisions cancel out instead of adding up. They are packed
    because many are kept: as tuples of numbers those of 10,000 words take 20 MB.
    """
    padded = f"^{word}$"
    parts = {padded[start : start + 3] for start in range(len(padded) - 2)} - {word}
    return array("h", map(_feature, (word, *sorted(parts))))


def _feature(name: str) -> int:
    checksum = zlib.crc32(name.encode())
    place = checksum % DIMENSIONS + 1
    return place if checksum & 0x8000_0000 else -place
