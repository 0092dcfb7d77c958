"""What all sources of vectors promise, and those made from words."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import anyio
import pytest

from julep.local.errors import ModelFailed
from julep.local.models.embeddings import (
    DIMENSIONS,
    EndpointVectors,
    HashingVectors,
    MachineVectors,
    Vectors,
    fitted,
    machine_vectors,
)
from julep.local.models.openai_http import Endpoint
from tests.local.fake_openai import FakeOpenAI
from tests.local.turns import turns_beside


class _Embedded:
    """What fastembed gives for one text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def tolist(self) -> list[float]:
        """Its numbers."""
        return [2.0, 0.0] if "cat" in self._text.lower() else [0.0, 3.0]


class _OnThisMachine:
    """A model as fastembed has them."""

    def embed(self, texts: Sequence[str]) -> map[_Embedded]:
        """The vectors of texts."""
        return map(_Embedded, texts)


@pytest.fixture(params=["hashing", "endpoint", "machine"])
def source(request: pytest.FixtureRequest, openai: FakeOpenAI) -> Vectors:
    """Each source of vectors."""
    sources: dict[str, Vectors] = {
        "hashing": HashingVectors(),
        "endpoint": EndpointVectors(Endpoint(openai.url, "key"), "small"),
        "machine": MachineVectors(_OnThisMachine()),
    }
    return sources[request.param]


def likeness(one: Sequence[float], other: Sequence[float]) -> float:
    """The cosine of the angle between two vectors of length 1."""
    return sum(a * b for a, b in zip(one, other, strict=True))


def vectors_of(source: Vectors, *texts: str) -> list[Any]:
    """The vectors that a source has for texts."""
    return anyio.run(source.vectors, texts)


def test_each_text_has_a_vector_of_the_same_size(source: Vectors) -> None:
    """In the order of the texts, of length 1, also for a text without words."""
    found = vectors_of(source, "a cat", "a dog", "", "  ", "?!", "中文")
    assert [len(vector) for vector in found] == [DIMENSIONS] * 6
    assert [math.hypot(*vector) for vector in found] == pytest.approx([1.0] * 6, abs=1e-6)
    assert vectors_of(source) == []


def test_the_same_text_has_the_same_vector(source: Vectors) -> None:
    """Beside whichever others it is given; texts on the same are nearer than others."""
    cat, dog, cat_again, cats = vectors_of(source, "my cat", "a dog", "my cat", "Cat, my cat")
    assert cat == cat_again == vectors_of(source, "my cat")[0]
    assert likeness(cat, cats) > likeness(cat, dog)


def test_a_source_tells_its_name(source: Vectors) -> None:
    """Vectors of one model can't be compared with another's; only words alone mean nothing."""
    assert source.name
    assert source.semantic is not isinstance(source, HashingVectors)


def test_hashed_vectors_are_the_same_on_every_machine() -> None:
    """A whole word counts most, its runs of letters less, each with a sign of its own."""
    (vector,) = vectors_of(HashingVectors(), "dog")
    numbers = {at: round(number, 4) for at, number in enumerate(vector) if number}
    assert numbers == {381: 0.9206, 190: 0.2762, 194: -0.2762}


def test_collisions_cancel_out() -> None:
    """Long texts with nothing in common are hardly alike."""
    texts = [" ".join(f"{letter}{number}" for number in range(1_000)) for letter in "abcd"]
    first, *others = vectors_of(HashingVectors(), *texts)
    assert all(abs(likeness(first, other)) < 0.15 for other in others)


@pytest.mark.parametrize(
    ("text", "same"),
    [("The cat and the dog", "cat dog"), ("CAT!", "cat"), ("the", "The"), ("?!", "?!")],
)
def test_words_that_say_nothing_count_only_alone(text: str, same: str) -> None:
    """And neither case nor punctuation does."""
    one, other = vectors_of(HashingVectors(), text, same)
    assert one == other


@pytest.mark.parametrize("length", [2, DIMENSIONS, DIMENSIONS + 5])
def test_vectors_of_any_size_are_made_fit(length: int) -> None:
    """Shorter ones get zeros, longer ones are cut, all are of length 1."""
    vector = fitted([3.0, 4.0, *[0.0] * (length - 2)])
    assert len(vector) == DIMENSIONS
    assert vector[:2].tolist() == pytest.approx([0.6, 0.8])
    assert not any(vector[2:])
    assert not any(fitted([0.0, 0.0]))


@pytest.mark.parametrize(
    "data",
    [
        [],
        [{"embedding": [1.0]}] * 2,
        [{"embedding": "AAAA"}],
        [{"embedding": [None]}],
        [{"embedding": [10**400]}],
        [{}],
    ],
)
def test_an_endpoint_without_a_vector_for_each_text_has_failed(
    openai: FakeOpenAI, data: list[Any]
) -> None:
    """Too few, too many, or no numbers."""
    openai.answers["/v1/embeddings"] = (200, {"data": data})
    with pytest.raises(ModelFailed):
        vectors_of(EndpointVectors(Endpoint(openai.url), "small"), "a cat")


@pytest.mark.parametrize("index", ["first", None, [], "9" * 5_000])
def test_an_odd_place_of_a_vector_is_passed_over(openai: FakeOpenAI, index: Any) -> None:
    """Vectors come in their order then."""
    openai.answers["/v1/embeddings"] = (200, {"data": [{"index": index, "embedding": [1.0]}]})
    (vector,) = vectors_of(EndpointVectors(Endpoint(openai.url), "small"), "a cat")
    assert vector[0] == 1.0


def test_an_endpoint_is_asked_for_the_size(openai: FakeOpenAI) -> None:
    """An empty text would be an error to many servers."""
    vectors_of(EndpointVectors(Endpoint(openai.url), "small"), "", "cat")
    (body,) = openai.asked("/v1/embeddings")
    assert body == {"model": "small", "input": [" ", "cat"], "dimensions": DIMENSIONS}


@pytest.mark.parametrize(
    "texts",
    [[" ".join(f"w{number}" for number in range(20_000))], ["中文" * 60_000], ["a piece"] * 100],
    ids=["many words", "one word", "many texts"],
)
def test_others_are_answered_while_texts_are_hashed(texts: list[str]) -> None:
    """The work is done in pieces, of words and within one, and text by text."""
    turns = turns_beside(lambda: HashingVectors().vectors(texts))
    assert turns >= max(len(texts), len(texts[0]) // 10_000)


@pytest.mark.parametrize("weights", [True, False])
def test_a_model_on_this_machine_needs_its_weights(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, weights: bool
) -> None:
    """Nothing is downloaded, and a log says why there is none."""
    asked: list[Any] = []

    def embedding(name: str, **options: Any) -> _OnThisMachine:
        asked.append(options)
        if not weights:
            raise OSError("no weights")
        return _OnThisMachine()

    module = ModuleType("fastembed")
    module.__dict__["TextEmbedding"] = embedding
    module.__spec__ = pytest.__spec__
    monkeypatch.setitem(sys.modules, "fastembed", module)
    found = machine_vectors()
    assert (found is not None) is weights
    assert asked == [{"local_files_only": True}]
    assert [("no weights" in line) for line in caplog.messages] == [True] * (not weights)


def test_without_fastembed_there_is_no_model_on_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is an extra."""
    monkeypatch.setitem(sys.modules, "fastembed", None)
    assert machine_vectors() is None
