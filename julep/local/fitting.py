"""Making a long past fit into a session's token budget."""

from __future__ import annotations

from collections.abc import Sequence

from julep.local.errors import PromptTooBig
from julep.local.history import History, as_message
from julep.local.json_types import JSON
from julep.local.models import Model
from julep.local.tokens import count_messages, plain_text

_REQUEST = (
    "Summarise the conversation so far in a few sentences. Keep names, numbers, decisions and "
    "open questions; leave out greetings."
)


async def fit(
    session: JSON,
    past: Sequence[JSON],
    fixed: Sequence[JSON],
    history: History,
    model: Model,
    settings: JSON,
) -> Sequence[JSON]:
    """The entries of the past to send, oldest first.

    Args:
        session: its `token_budget` and `context_overflow` say what to do.
        past: all entries that could be sent.
        fixed: the messages that are sent whatever happens.
        history: where a summary of what is left out is kept.
        model: writes the summary.
        settings: what the model is asked with; its `model` writes the summary too.

    Raises:
        PromptTooBig: there is a budget that can't be kept.
    """
    budget, overflow = session["token_budget"], session["context_overflow"]
    if budget is None:
        return past
    room = budget - count_messages(fixed)
    kept = _newest(past, room)
    if len(kept) == len(past) and room >= 0:
        return past
    if overflow is None or room < 0:
        needed = count_messages([*fixed, *map(as_message, past)])
        raise PromptTooBig(
            f"The messages need about {needed} tokens and the session's token_budget is {budget}; "
            "raise it, send less, or set context_overflow to 'truncate' or 'adaptive'"
        )
    if overflow == "adaptive":
        await _summarise(session, past[: len(past) - len(kept)], history, model, settings)
        # The summary stands in the place of what it replaces: at the beginning.
        return _newest([*_summaries(history, session), *kept], room) or kept
    return kept


def _newest(past: Sequence[JSON], room: int) -> Sequence[JSON]:
    for start in range(len(past)):
        if sum(entry["token_count"] for entry in past[start:]) <= room:
            return past[start:]
    return ()


def _summaries(history: History, session: JSON) -> list[JSON]:
    return [entry for entry in history.past(session["id"]) if entry["source"] == "summarizer"]


async def _summarise(
    session: JSON, old: Sequence[JSON], history: History, model: Model, settings: JSON
) -> None:
    messages = [*map(as_message, old), {"role": "user", "content": _REQUEST}]
    answer = await model.complete({"model": settings.get("model"), "messages": messages})
    text = plain_text(answer["choices"][0]["message"].get("content"))
    summary = {"role": "system", "content": f"Summary of the conversation so far: {text}"}
    history.summarise(old, summary, session["id"], str(settings.get("model") or ""))
