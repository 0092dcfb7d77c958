"""Which model answers and which one makes vectors."""

from __future__ import annotations

import attrs

from .completions import EchoModel, Model, OpenAIModel
from .embeddings import EndpointVectors, HashingVectors, Vectors, machine_vectors
from .openai_http import Endpoint
from .settings import OPENAI, ModelSettings

_OPENAI_EMBEDDINGS = "text-embedding-3-large"


@attrs.frozen
class Providers:
    """Where answers and vectors come from."""

    model: Model
    vectors: Vectors


def find_providers(settings: ModelSettings) -> Providers:
    """Find the providers that these settings name; without a server there is only the echo.

    A server that isn't OpenAI's is asked for vectors only if a model is named, since many have none.
    """
    base_url, embedding_model = settings.openai_base_url, settings.embedding_model
    if base_url is None:
        return Providers(EchoModel(), machine_vectors() or HashingVectors())
    endpoint = Endpoint(base_url, settings.openai_api_key)
    if endpoint.url == OPENAI:
        embedding_model = embedding_model or _OPENAI_EMBEDDINGS
    vectors = EndpointVectors(endpoint, embedding_model) if embedding_model else machine_vectors()
    return Providers(OpenAIModel(endpoint), vectors or HashingVectors())
