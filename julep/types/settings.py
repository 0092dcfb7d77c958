"""How language models are asked to answer."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import attrs

from ._model import Model

ResponseFormatType: TypeAlias = Literal["text", "json_object", "json_schema"] | str


@attrs.define(kw_only=True)
class ResponseFormat(Model):
    """The form that an answer has to have.

    Attributes:
        type: `text`, `json_object` or `json_schema`.
        json_schema: The schema, for `json_schema`.
    """

    type: ResponseFormatType = "text"
    json_schema: dict[str, Any] | None = None


@attrs.define(kw_only=True)
class ChatSettings(Model):
    """How a language model is asked to answer. What is None is left to the server.

    Attributes:
        model: Name of the language model.
        stream: Whether the answer is streamed.
        stop: Up to 4 texts that end the answer.
        seed: Seed of the sampling, -1 to 1000.
        max_tokens: Most tokens of the answer, at least 1.
        logit_bias: Bias of tokens, -100 to 100 each.
        response_format: Form of the answer.
        agent: Id of the agent that answers, in a session with several.
        temperature: Randomness, 0 to 5; most models want at most 2.
        top_p: Share of the probability mass that is sampled from, 0 to 1.
        frequency_penalty: Penalty on tokens by how often they came, -2 to 2.
        presence_penalty: Penalty on tokens that came at all, -2 to 2.
        repetition_penalty: Penalty on repetition, 0 to 2; 1 is neutral.
        length_penalty: Penalty on length, 0 to 2; 1 is neutral.
        min_p: Least probability relative to the likeliest token, 0 to 1.
    """

    model: str | None = None
    stream: bool | None = None
    stop: str | list[str] | None = None
    seed: int | None = None
    max_tokens: int | None = None
    logit_bias: dict[str, Any] | None = None
    response_format: ResponseFormat | None = None
    agent: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    repetition_penalty: float | None = None
    length_penalty: float | None = None
    min_p: float | None = None
