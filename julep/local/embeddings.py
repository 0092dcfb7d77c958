"""Where vectors come from."""

from __future__ import annotations

import math
import zlib
from array import array
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from julep.local.fields import Field, Form, either, sequence, text
from julep.local.json_types import JSON
from julep.local.words import keywords

DIMENSIONS = 1024
_PART_WEIGHT = 0.3

_FORM = Form(
    {
        "text": Field(either(text(), sequence(text(), 1, 100))),
        "embed_instruction": Field(text(), ""),
    }
)


class Vectors(Protocol):
    """A model that turns texts into vectors of `DIMENSIONS` numbers and length 1."""

    @property
    def name(self) -> str:
        """How the model is called."""
        ...

    @property
    def semantic(self) -> bool:
        """Whether texts of the same meaning and other words get near vectors."""
        ...

    async def vectors(self, texts: Sequence[str]) -> list[array[float]]:
        """One vector for each text."""
        ...


class HashingVectors:
    """Vectors made from words alone, with no model: texts are near when they share words.

    Each word and each run of three letters adds to the number that its checksum picks. The same
    text has the same vector on every machine.
    """

    name = "julep-hashing-1024"
    semantic = False

    async def vectors(self, texts: Sequence[str]) -> list[array[float]]:
        """One vector for each text."""
        return [_hashed(text) for text in texts]


class Embedder:
    """Embeds what the server stores and what callers ask for."""

    dimensions = DIMENSIONS

    def __init__(self, model: Vectors) -> None:
        self._model = model
        self.model = model.name
        self.semantic = model.semantic

    async def embed(self, body: JSON) -> JSON:
        """The vectors of one text or several, under `vectors`."""
        fields = _FORM.read(body)
        given = fields["text"]
        texts: list[str] = [given] if isinstance(given, str) else given
        if instruction := fields["embed_instruction"]:
            texts = [f"{instruction}\n\n{text}" for text in texts]
        return {"vectors": [list(vector) for vector in await self._model.vectors(texts)]}

    async def embed_docs(self, title: str, pieces: Sequence[str]) -> list[bytes]:
        """The packed vectors of a document's pieces; each is embedded under its title."""
        texts = [f"Title: {title}\n\n{piece}" if title else piece for piece in pieces]
        return [pack(vector) for vector in await self._model.vectors(texts)]

    async def embed_query(self, text: str) -> list[float]:
        """The vector of a text that is searched for."""
        return list((await self._model.vectors([text]))[0])


def pack(vector: Sequence[float]) -> bytes:
    """A vector as 32 bit floats."""
    return array("f", vector).tobytes()


def unpack(packed: bytes) -> list[float]:
    """The vector that was packed."""
    return array("f", packed).tolist()


def normalised(vector: Sequence[float]) -> array[float]:
    """The vector of the same direction and length 1."""
    length = math.hypot(*vector) or 1.0
    return array("f", (value / length for value in vector))


def _hashed(text: str) -> array[float]:
    sums: dict[int, float] = {}
    for word in keywords(text) or text.lower().split() or [""]:
        for place, weight in _features(word):
            sums[place] = sums.get(place, 0.0) + weight
    length = math.hypot(*sums.values()) or 1.0
    vector = array("f", bytes(4 * DIMENSIONS))
    for place, total in sums.items():
        vector[place] = total / length
    return vector


@lru_cache(maxsize=50_000)
def _features(word: str) -> tuple[tuple[int, float], ...]:
    padded = f"^{word}$"
    parts = {padded[start : start + 3] for start in range(len(padded) - 2)} - {word}
    return (_feature(word, 1.0), *(_feature(part, _PART_WEIGHT) for part in sorted(parts)))


def _feature(name: str, weight: float) -> tuple[int, float]:
    checksum = zlib.crc32(name.encode())
    # Half of the features count negative, so that collisions cancel out instead of adding up.
    return checksum % DIMENSIONS, weight if checksum & 0x8000_0000 else -weight
