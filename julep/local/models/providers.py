"""Which model answers and which one makes vectors, by what is given and what is set."""

from __future__ import annotations

import os

import attrs

from julep.local.models.completions import EchoModel, Model, OpenAIModel
from julep.local.models.embeddings import EndpointVectors, HashingVectors, Vectors, machine_vectors
from julep.local.models.openai_http import Endpoint

_OPENAI = "https://api.openai.com/v1"
_OPENAI_EMBEDDINGS = "text-embedding-3-large"


@attrs.frozen
class Sources:
    """Where answers and vectors come from."""

    model: Model
    vectors: Vectors


def find_sources(
    base_url: str | None = None, key: str | None = None, embedding_model: str | None = None
) -> Sources:
    """The sources that are there: what is given goes before what the environment says.

    Args:
        base_url: an OpenAI-compatible server; else `OPENAI_BASE_URL`, else OpenAI's if there is a
            key. Without one there is only the echo.
        key: for that server; else `OPENAI_API_KEY`.
        embedding_model: a model there; else `OPENAI_EMBEDDING_MODEL`. A server that isn't
            OpenAI's is asked for vectors only if a model is named, since many have none.
    """
    key = key or os.environ.get("OPENAI_API_KEY")
    base_url = base_url or os.environ.get("OPENAI_BASE_URL") or (_OPENAI if key else None)
    embedding_model = embedding_model or os.environ.get("OPENAI_EMBEDDING_MODEL")
    if base_url is None:
        return Sources(EchoModel(), machine_vectors() or HashingVectors())
    endpoint = Endpoint(base_url, key)
    if endpoint.url == _OPENAI:
        embedding_model = embedding_model or _OPENAI_EMBEDDINGS
    vectors = EndpointVectors(endpoint, embedding_model) if embedding_model else machine_vectors()
    return Sources(OpenAIModel(endpoint), vectors or HashingVectors())
