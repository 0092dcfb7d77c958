"""What is written down in several places, since typing needs it so, says the same in all of them.

A field of a resource stands in a model, in a signature, in keywords and in the server's form.
Whoever adds one in a single place is told here where the others are.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from typing import Any, NamedTuple, get_args, get_type_hints

import attrs
import pytest

from julep.local import records
from julep.local.chat import request
from julep.local.chat.request import CHAT, SETTINGS, ChatRequest, ChatSettings
from julep.local.fields import Form
from julep.local.resources import agents as served_agents
from julep.local.resources import answers, execution_streams, recall_options
from julep.local.resources import docs as served_docs
from julep.local.resources import executions as served_executions
from julep.local.resources import files as served_files
from julep.local.resources import history as served_history
from julep.local.resources import projects as served_projects
from julep.local.resources import secrets as served_secrets
from julep.local.resources import sessions as served_sessions
from julep.local.resources import task_form as served_tasks
from julep.local.resources import tools as served_tools
from julep.local.resources import users as served_users
from julep.local.search import search
from julep.local.store import execution_views
from julep.local.strictness.integrations import METHODS
from julep.local.workflow import TASK_FIELDS, TOOL_TYPES
from julep.local.workflow.ports import TargetView
from julep.local.workflow.step_kinds import MOST_OF_UNITS, STEP_KINDS
from julep.local.workflow.steps import HANDLERS
from julep.resources import (
    agents,
    docs,
    executions,
    files,
    projects,
    secrets,
    sessions,
    tasks,
    tool_writes,
    tools,
    users,
)
from julep.resources.chat_options import ChatOptions, PromptOptions
from julep.types import (
    Agent,
    Doc,
    DocReference,
    Entry,
    Execution,
    ExecutionStatusEvent,
    File,
    History,
    JobStatus,
    Model,
    Project,
    ResourceDeleted,
    Secret,
    Session,
    Task,
    Tool,
    Transition,
    TransitionTarget,
    User,
    control,
    control_dicts,
    message_dicts,
    setting_dicts,
    step_dicts,
    steps,
    task_dicts,
    tool_dicts,
)
from julep.types.settings import ChatSettings as ChatSettingsModel
from julep.types.tools import KnownToolType, ToolType


class Written(NamedTuple):
    """Where the fields of a resource stand.

    Attributes:
        form: what the server takes.
        create: the method that sends them.
        model: what answers are read as.
        keywords: what the other writing methods take.
        checked_apart: fields that the server checks outside of its form.
    """

    form: Form[Any]
    create: Callable[..., Any]
    model: type[Model]
    keywords: tuple[type[Any], ...] = ()
    checked_apart: frozenset[str] = frozenset()


RESOURCES = {
    "agent": Written(
        served_agents.Agents.form,
        agents.Agents.create,
        Agent,
        (agents.AgentFields, agents.AgentChanges),
    ),
    "user": Written(
        served_users.Users.form, users.Users.create, User, (users.UserFields, users.UserChanges)
    ),
    "session": Written(
        served_sessions.Sessions.form,
        sessions.Sessions.create,
        Session,
        (sessions.SessionFields,),
    ),
    "project": Written(served_projects.Projects.form, projects.Projects.create, Project),
    "tool": Written(
        served_tools.TOOL,
        tools.Tools.create,
        Tool,
        (tool_writes.ToolFields, tool_writes.ToolChanges),
    ),
    "doc": Written(served_docs.DOC, docs.AgentDocs.create, Doc),
    "file": Written(served_files.FILE, files.Files.create, File),
    "secret": Written(served_secrets.SECRET, secrets.Secrets.create, Secret),
    "task": Written(
        served_tasks.TASK, tasks.Tasks.create, Task, checked_apart=frozenset({"main", "tools"})
    ),
    "execution": Written(served_executions.START, executions.TaskExecutions.create, Execution),
}
STEPS = {
    kind.__name__: kind
    for module in (steps, control)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, steps.Step)
}


def sent_by(create: Callable[..., Any]) -> set[str]:
    """The fields that a method has as keywords of its own; `idempotent` says how they are sent."""
    parameters = inspect.signature(create).parameters.values()
    return {each.name for each in parameters if each.kind is each.KEYWORD_ONLY} - {"idempotent"}


def fields_of(model: type[Any]) -> set[str]:
    """The fields of a model under the names that go over the wire."""
    return {each.name.rstrip("_") for each in attrs.fields(model)} - {"_extra"}


@pytest.mark.parametrize("name", RESOURCES)
def test_client_and_server_know_the_same_fields(name: str) -> None:
    """What `create` sends is what the server's form takes."""
    written = RESOURCES[name]
    assert sent_by(written.create) == {*written.form.fields, *written.checked_apart}


@pytest.mark.parametrize("name", RESOURCES)
def test_what_is_written_can_be_read(name: str) -> None:
    """The model of the answer has every field that can be sent."""
    written = RESOURCES[name]
    assert sent_by(written.create) <= fields_of(written.model)


RECORDS: dict[str, tuple[type[Any], set[str]]] = {
    "agent": (records.AgentFields, {*served_agents.Agents.form.fields}),
    "user": (records.UserFields, {*served_users.Users.form.fields}),
    "session": (records.NewSession, {*served_sessions.Sessions.form.fields}),
    "stored session": (
        records.Session,
        {
            *{*served_sessions.Sessions.form.fields, "kind", "summary"},
            *{"id", "created_at", "updated_at"},
        },
    ),
    "project": (records.ProjectFields, {*served_projects.Projects.form.fields}),
    "tool": (records.ToolDefinition, {*served_tools.TOOL.fields}),
    "doc": (records.DocFields, {*served_docs.DOC.fields}),
    "deletion of docs": (served_docs.Deletion, {*served_docs.DELETION.fields}),
    "file": (records.FileFields, {*served_files.FILE.fields}),
    "secret": (records.SecretFields, {*served_secrets.SECRET.fields}),
    "task": (records.TaskFields, {*served_tasks.TASK.fields}),
    "start": (served_executions.Start, {*served_executions.START.fields}),
    "change": (served_executions.Change, {*served_executions.CHANGE.fields}),
    "function": (records.FunctionSpec, {*served_tools._FUNCTION.fields, "name"}),
    "search": (records.SearchOptions, {*search._HYBRID_FORM.fields} - {"text", "vector"}),
    "recall": (records.RecallOptions, {*recall_options._FORMS["hybrid"].fields}),
    "settings": (ChatSettings, {*SETTINGS}),
    "chat": (ChatRequest, {*CHAT.fields}),
}
"""Records of the server, and the fields that its forms let through or that it adds."""


@pytest.mark.parametrize("name", RECORDS)
def test_records_have_the_fields_of_their_forms(name: str) -> None:
    """What type checkers know of a record is what a form makes, and what the server adds."""
    record, fields = RECORDS[name]
    assert get_type_hints(record).keys() == fields


ANSWERS: dict[str, tuple[type[Any], type[Model], set[str]]] = {
    "agent": (records.Agent, Agent, set()),
    "user": (records.User, User, set()),
    "session": (records.Session, Session, set()),
    "project": (records.Project, Project, set()),
    "tool": (records.Tool, Tool, {"agent_id"}),
    "doc": (records.DocView, Doc, set()),
    "found doc": (records.DocReference, DocReference, {"snippet"}),
    "file": (records.File, File, set()),
    "secret": (records.Secret, Secret, set()),
    "task": (records.Task, Task, set()),
    "job": (records.Job, JobStatus, set()),
    "entry": (records.Entry, Entry, {"refusal", "session_id", "summary_id"}),
    "history": (served_history.HistoryView, History, set()),
    "execution": (execution_views.ExecutionView, Execution, set()),
    "transition": (execution_views.TransitionView, Transition, set()),
    "target": (TargetView, TransitionTarget, set()),
    "status": (execution_streams.StatusEvent, ExecutionStatusEvent, set()),
    "deletion": (answers.Deleted, ResourceDeleted, set()),
}
"""What the server answers, the model that it is read as, and the fields that have no place there."""


@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_answered_can_be_read(name: str) -> None:
    """The models have every field that the server's records have, but for a known few."""
    record, model, unread = ANSWERS[name]
    assert get_type_hints(record).keys() - fields_of(model) == unread


@pytest.mark.parametrize("name", [name for name, each in RESOURCES.items() if each.keywords])
def test_other_writes_take_the_fields_of_create(name: str) -> None:
    """The keywords of `update`, `reset` and `create_or_update` are those of `create`."""
    written = RESOURCES[name]
    for keywords in written.keywords:
        assert get_type_hints(keywords).keys() == sent_by(written.create)


def test_chats_take_the_options_that_the_server_knows() -> None:
    """Each field of a chat's body is an argument of `chat`; the others say how functions are called."""
    options = get_type_hints(ChatOptions).keys()
    of_the_loop = {"max_turns", "on_call", "on_tool_error", "parallel", "timeout"}
    assert {*options, "messages", "stream"} - of_the_loop == CHAT.fields.keys()


@pytest.mark.parametrize("kind", STEP_KINDS)
def test_steps_have_the_same_fields_on_both_sides(kind: str) -> None:
    """The class of a step has the fields that the server's table of kinds lists."""
    model = STEPS[STEP_KINDS[kind].step_type.replace("WorkflowStep", "Step")]
    assert fields_of(model) == {*STEP_KINDS[kind].fields, "kind", "label"}


@pytest.mark.parametrize("kind", STEP_KINDS)
def test_handlers_know_the_fields_of_their_steps(kind: str) -> None:
    """The record of a step, as the function that runs it has it, has the fields of its kind."""
    context = get_type_hints(HANDLERS[kind])["at"]
    (record,) = get_args(context)
    assert get_type_hints(record).keys() == {*STEP_KINDS[kind].fields, "kind_", "label"}


DICTS: dict[str, tuple[type[Any], set[str]]] = {
    "message": (message_dicts.MessageDict, {*request._MESSAGE.fields, "continue"}),
    "settings": (
        setting_dicts.ChatSettingsDict,
        {name for _, name, _ in ChatSettingsModel.__fields__},
    ),
    "recall": (setting_dicts.RecallOptionsDict, {*recall_options._FORMS["hybrid"].fields}),
    "function": (tool_dicts.FunctionDict, {*served_tools._FUNCTION.fields, "name"}),
    "integration": (tool_dicts.IntegrationDict, {*served_tools._INTEGRATION.fields}),
    "system": (tool_dicts.SystemDict, {*served_tools._SYSTEM.fields}),
    "task": (task_dicts.TaskDict, {*served_tasks.TASK.fields, "main", "tools"}),
    "search": (step_dicts.SearchDict, {*search._HYBRID_FORM.fields}),
    "sleep": (step_dicts.SleepDict, {*MOST_OF_UNITS}),
    "api_call": (tool_dicts.ApiCallDict, {*served_tools._API_CALL_FORM.fields}),
}
"""What editors complete in dicts, and the fields that the server's forms or the models have."""


@pytest.mark.parametrize("name", DICTS)
def test_dicts_have_the_fields_of_their_forms(name: str) -> None:
    """Whoever writes a dict is offered what the server takes."""
    form, fields = DICTS[name]
    assert get_type_hints(form).keys() == fields


def test_settings_are_the_options_of_chats() -> None:
    """Of the same types in both places."""
    options, settings = map(get_type_hints, (PromptOptions, setting_dicts.ChatSettingsDict))
    shared = (options.keys() & settings.keys()) - {"agent", "response_format"}
    assert len(shared) == 12
    assert [options[name] for name in shared] == [settings[name] for name in shared]


def test_dicts_of_tools_are_of_all_types() -> None:
    """Each has its definition under the name of its type."""
    kinds = [get_type_hints(kind) for kind in get_args(tool_dicts.ToolDict)]
    types = [get_args(hints["type"])[0] for hints in kinds]
    assert types == [*get_args(KnownToolType)]
    assert [hints.keys() - {"name", "type", "description"} for hints in kinds] == [
        {each} for each in types
    ]


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (get_type_hints(tool_dicts.SystemDict)["resource"], served_tools._RESOURCES),
        (get_type_hints(tool_dicts.SystemDict)["operation"], served_tools._OPERATIONS),
        (get_type_hints(tool_dicts.ApiCallDict)["method"], served_tools._METHODS),
        (tool_dicts.Provider, METHODS),
    ],
)
def test_words_in_dicts_are_those_of_the_server(words: Any, known: Collection[str]) -> None:
    """What editors offer as values is what the server takes."""
    assert {*get_args(words)} == {*known}


def test_dicts_of_steps_are_of_all_kinds() -> None:
    """With the fields of the server's table, in its order."""
    forms = [get_type_hints(form).keys() for form in get_args(control_dicts.StepDict)]
    assert forms == [{*kind.fields, "label"} for kind in STEP_KINDS.values()]


def test_every_kind_of_step_is_in_the_servers_table() -> None:
    """No class of a step is without a row."""
    known = {shape.step_type.replace("WorkflowStep", "Step") for shape in STEP_KINDS.values()}
    assert known == STEPS.keys() - {"Step"}


def test_tasks_have_no_fields_that_look_like_workflows() -> None:
    """Every key of a task that is no field is a workflow, so both sides must know all fields."""
    assert fields_of(Task) - {"main"} == TASK_FIELDS


def test_tools_are_of_the_same_types() -> None:
    """The types of tools that the client offers are those that the server runs or keeps."""
    (literal, _) = get_args(ToolType)
    assert {*get_args(literal)} == {*TOOL_TYPES}
    assert served_tools._SPECS.keys() == {*TOOL_TYPES}


def test_chats_have_the_same_options_on_both_sides() -> None:
    """What the client takes for the model is what the server's form has, beside what is said."""
    assert get_type_hints(PromptOptions).keys() == CHAT.fields.keys() - {"messages", "stream"}
