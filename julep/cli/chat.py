"""`julep chat`: a conversation with an agent."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from julep.errors import APIError, JulepError

from .agent_names import NoSuchAgent, agent_id
from .conversation import Conversation, LooksLikeTemplate
from .failures import tell, words
from .last_sessions import Known, last
from .options import with_client
from .parameters import FIRST_AGENT, id_of
from .typed import typed_line

if TYPE_CHECKING:
    from julep import Julep
    from julep.resources.chat_options import ChatOptions
    from julep.types import Session

    from .screen import Screen

_STDIN = "-"
_PROMPT = "you> "


class NothingToGoOnWith(JulepError):
    """There is no last session."""


@click.command("chat")
@click.argument("words", nargs=-1, metavar="[AGENT] [TEXT...]", **FIRST_AGENT)
@click.option(
    "-c", "--continue", "continues", is_flag=True, help="Go on with the last session (of AGENT)."
)
@click.option(
    "--session",
    metavar="ID",
    help="Talk in this session, instead of with an AGENT.",
    **id_of("session"),
)
@click.option("--user", metavar="ID", help="Who talks, in a new session.", **id_of("user"))
@click.option("--model", metavar="NAME", help="Model, instead of the agent's.")
@click.option("--templates", is_flag=True, help="Run {{ ... }} in what is said as a template.")
@with_client
def command(
    screen: Screen,
    client: Julep,
    words: tuple[str, ...],
    continues: bool,
    session: str | None,
    user: str | None,
    model: str | None,
    templates: bool,
) -> None:
    """Talk with an AGENT, by id or name, in a new session.

    With a TEXT, it is said and answered. Without, a terminal asks for one after the other until Ctrl-D,
    and of a pipe each line is one; with `-` for TEXT, all of stdin is. Answers are written as they come.
    Tools that the agent calls are told on stderr; in a terminal you are asked for their results.

    With --json each answer is an object: session_id, text, tool_calls, finish_reason, usage, docs.
    """
    _refuse_what_says_nothing(session=session, continues=continues, user=user)
    server = client.ping()
    settings: ChatOptions = {"model": model} if model else {}
    talk = partial(
        Conversation,
        client,
        screen,
        server.url,
        server.generation != "2024",
        settings=settings,
        renders=templates,
    )
    if session:
        conversation = talk(agent="", open=partial(client.sessions.get, session))
    elif continues:
        known, words = _last(client, server.url, words)
        conversation = talk(agent=known.agent, open=partial(client.sessions.get, known.session))
    elif words:
        agent, words = agent_id(client, words[0]), words[1:]
        conversation = talk(agent=agent, open=_new_session(client, agent, user, templates))
    else:
        raise click.UsageError("name the AGENT; `julep ls agents` lists them")
    _talk(conversation, words)


def _refuse_what_says_nothing(*, session: str | None, continues: bool, user: str | None) -> None:
    if session and continues:
        raise click.UsageError("--session and --continue both name a session: give one")
    if user and (session or continues):
        raise click.UsageError("--user is for a new session; this one has its own")


def _new_session(
    client: Julep, agent: str, user: str | None, renders: bool
) -> Callable[[], Session]:
    who: dict[str, Any] = {"agent": agent, "user": user} if user else {"agent": agent}
    return partial(client.sessions.create, render_templates=renders, **who)


def _last(client: Julep, url: str, words: tuple[str, ...]) -> tuple[Known, tuple[str, ...]]:
    """Return the last session, and what of the words is said in it: the first may name an agent."""
    agent: str | None = None
    if words:
        with suppress(NoSuchAgent):
            agent, words = agent_id(client, words[0]), words[1:]
    if found := last(url, agent):
        return found, words
    raise NothingToGoOnWith("there is no session to go on with, here and with this server")


def _talk(conversation: Conversation, words: tuple[str, ...]) -> None:
    if words:
        text = sys.stdin.read() if words == (_STDIN,) else " ".join(words)
        if not text.strip():
            raise click.UsageError("there is nothing to say: the text is empty")
        conversation.say(text.rstrip("\r\n"))
    elif sys.stdin.isatty():
        tell("Ctrl-D ends it.")
        _converse(conversation)
    else:
        for line in _lines():
            conversation.say(line)


def _converse(conversation: Conversation) -> None:
    for line in _lines():
        try:
            conversation.say(line)
        except (APIError, LooksLikeTemplate) as error:
            # The next try may do better.
            tell(f"julep: {words(error)}")


def _lines() -> Iterable[str]:
    while (line := typed_line(_PROMPT)) is not None:
        if line.strip():
            yield line
