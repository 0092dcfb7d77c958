"""Chat."""

from __future__ import annotations

import typing

from julep._codec import OMIT
from julep._faces import FaceT, Resource, operation
from julep._options import RequestOptions
from julep._paths import path
from julep._request import Request
from julep.resources.chat import listed
from julep.types.seed import (
    ChatChatInputDataToolChoice,
    ChatCompletionResponseFormat,
    ChatMessageChatResponse,
    ChatRouteGenerateResponse,
    CommonIdentifierSafeUnicode,
    CommonLogitBias,
    CommonUuid,
    EntriesInputChatMlMessage,
    ToolsFunctionTool,
)

from ._answer import WholeAnswer


class ChatRoutes(Resource[FaceT]):
    """The documented chat."""

    @operation
    def chat_route_generate(
        self,
        id: CommonUuid,
        remember: bool,
        recall: bool,
        save: bool,
        stream: bool,
        messages: typing.Sequence[EntriesInputChatMlMessage],
        model: typing.Optional[CommonIdentifierSafeUnicode] = OMIT,
        stop: typing.Optional[typing.Sequence[str]] = OMIT,
        seed: typing.Optional[int] = OMIT,
        max_tokens: typing.Optional[int] = OMIT,
        logit_bias: typing.Optional[typing.Dict[str, CommonLogitBias]] = OMIT,
        response_format: typing.Optional[ChatCompletionResponseFormat] = OMIT,
        agent: typing.Optional[CommonUuid] = OMIT,
        repetition_penalty: typing.Optional[float] = OMIT,
        length_penalty: typing.Optional[float] = OMIT,
        min_p: typing.Optional[float] = OMIT,
        frequency_penalty: typing.Optional[float] = OMIT,
        presence_penalty: typing.Optional[float] = OMIT,
        temperature: typing.Optional[float] = OMIT,
        top_p: typing.Optional[float] = OMIT,
        tools: typing.Optional[typing.Sequence[ToolsFunctionTool]] = OMIT,
        tool_choice: typing.Optional[ChatChatInputDataToolChoice] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[ChatRouteGenerateResponse]:
        """Say something in a session and get the agent's whole answer.

        Args:
            id: Id of the session.
            remember: Accepted by all servers, and used by none.
            recall: Whether documents are recalled.
            save: Whether question and answer go into the history.
            stream: Whether the server sends the answer in pieces (servers of 2025). The call puts
                them together.
            messages: The new messages, at least one.
            model: Name of the language model, instead of the agent's.
            stop: Up to 4 texts at which the model stops.
            seed: For answers that can be repeated, -1 to 1000.
            max_tokens: The most tokens of the answer, at least 1.
            logit_bias: From tokens to weights, -100 to 100.
            response_format: Whether the answer is text or JSON.
            agent: Which of the session's agents answers.
            repetition_penalty: 0 to 2.
            length_penalty: 0 to 2.
            min_p: 0 to 1.
            frequency_penalty: -2 to 2.
            presence_penalty: -2 to 2.
            temperature: 0 to 5.
            top_p: 0 to 1.
            tools: Tools for this chat, besides the agent's own.
            tool_choice: `auto`, `none`, or the tool that the model has to call.
            request_options: Changes to this one call; see `RequestOptions`.

        Returns:
            A `ChatMessageChatResponse`, whether the server sent one or pieces of it.

        Raises:
            ValueError: There is no message. Nothing was sent.
            StreamInterrupted: The pieces ended before the answer did; `partial` is what came.
        """
        body = {
            "remember": remember,
            "recall": recall,
            "save": save,
            "stream": stream,
            "messages": listed(messages),
            "model": model,
            "stop": stop,
            "seed": seed,
            "max_tokens": max_tokens,
            "logit_bias": logit_bias,
            "response_format": response_format,
            "agent": agent,
            "repetition_penalty": repetition_penalty,
            "length_penalty": length_penalty,
            "min_p": min_p,
            "frequency_penalty": frequency_penalty,
            "presence_penalty": presence_penalty,
            "temperature": temperature,
            "top_p": top_p,
            "tools": tools,
            "tool_choice": tool_choice,
        }
        described: Request[ChatRouteGenerateResponse] = WholeAnswer(
            "POST",
            path("/sessions/{id}/chat", id=id),
            ChatMessageChatResponse,
            body=body,
            asks_model=True,
        )
        return described.with_options(request_options)
