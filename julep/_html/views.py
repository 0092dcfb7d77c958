"""How each kind of value looks in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import singledispatch
from itertools import islice
from typing import Any, Final

from julep.types._repr import MINOR_FIELDS, Shown, cut, field_name, one_line, shown
from julep.types.added_docs import AddedDocs
from julep.types.chat import MessageChatResponse
from julep.types.docs import DocReference, DocSearchResponse
from julep.types.entries import BaseEntry, History, Message
from julep.types.executions import FINAL_STATUSES, Execution, Transition
from julep.types.runs import Done, Results, Run, Steps
from julep.types.tasks import Task
from julep.types.tools import ToolCall
from julep.types.turns import Answer, Call

from .elements import (
    FAINT,
    LONGEST_CELL,
    LONGEST_ENTRY,
    MOST_ROWS,
    Html,
    block,
    cell,
    element,
    heading,
    note,
    prose,
    rest,
    table,
)
from .timeline import duration, seconds_of, timeline

_MOST_COLUMNS: Final = 6
_NO_COLUMNS: Final = frozenset({*MINOR_FIELDS, "metadata"})


@singledispatch
def html_of(value: object) -> str | None:
    """Return a value as HTML; None where its `repr` says all there is."""
    if isinstance(value, Shown) and "id" in (fields := shown(value)):
        return _card(type(value).__name__, fields)
    return None


def page_html(title: str, items: Sequence[object]) -> str:
    """Return a page of a list as a table."""
    return block(heading(title, faint=f"{len(items)} on this page"), _items(items))


def waiting_html(title: str, how: str) -> str:
    """Return what is shown of what a notebook has to fetch first."""
    return note(f"{title}: {how}")


def list_html(title: str, fetch: Callable[[], Sequence[object]]) -> str:
    """Return the first page of a list as a table, or what went wrong with fetching it."""
    try:
        return page_html(title, fetch())
    except Exception as error:  # noqa: BLE001 - of a display that fails a notebook shows a traceback
        return block(heading(title), _problem(error))


def _problem(error: Exception) -> Html:
    return note(f"{type(error).__name__}: {error}")


def _card(kind: str, fields: Mapping[str, Any], *, without: Iterable[str] = ()) -> Html:
    names = [str(fields[name]) for name in ("name", "title") if name in fields]
    named = {"name", "title", *MINOR_FIELDS, *without}
    rows = [
        (element("span", field_name(name), style=FAINT), cell(value))
        for name, value in islice(fields.items(), MOST_ROWS)
        if name not in named
    ]
    return block(heading(*names[:1], faint=kind), table((), rows))


def _items(items: Sequence[object]) -> Html:
    """Return what items hold in columns; what holds no fields in a single one."""
    transitions = [item for item in items if isinstance(item, Transition)]
    if items and len(transitions) == len(items):
        return timeline(transitions)
    some = items[:MOST_ROWS]
    held = [shown(item) if isinstance(item, Shown) else {"": item} for item in some]
    names = _columns(held)
    rows = [
        [cell(row[name], is_brief=True) if name in row else Html() for name in names]
        for row in held
    ]
    more = rest(len(items) - MOST_ROWS, "more on this page")
    return block(table(map(field_name, names), rows), more)


def _columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    names = dict.fromkeys(name for row in rows for name in row if name not in _NO_COLUMNS)
    flat = [name for name in names if any(_is_flat(row.get(name)) for row in rows)]
    kept = [name for name in flat if name != "created_at"][:_MOST_COLUMNS]
    return [*kept, "created_at"] if "created_at" in names else kept


def _is_flat(value: object) -> bool:
    return value is not None and not isinstance(value, (Shown, list, dict))


@html_of.register
def _answer(answer: MessageChatResponse) -> str:
    """Return the text first, and below it what it was made of."""
    turns = answer.turns if isinstance(answer, Answer) else []
    calls = [call for turn in turns for call in turn.calls]
    parts = [prose(answer.text), _calls(calls or answer.tool_calls), _hits(answer.docs)]
    return block(*parts, note(_costs(answer)))


def _costs(answer: MessageChatResponse) -> str:
    used = shown(answer.usage) if answer.usage else {}
    costs = [f"{one_line(count)} {name.replace('_', ' ')}" for name, count in used.items()]
    ended = [] if answer.finish_reason in {None, "stop"} else [f"ended by {answer.finish_reason}"]
    others = len(answer.choices) - 1
    return " · ".join([*costs, *ended, *([f"{others} more choices"] if others > 0 else [])])


def _calls(calls: Sequence[Call | ToolCall]) -> Html:
    if not calls:
        return Html()
    rows = (
        (cell(name), cell(arguments), cell(result)) for name, arguments, result in map(_told, calls)
    )
    return table(("tool", "arguments", "result"), islice(rows, MOST_ROWS))


def _told(call: Call | ToolCall) -> tuple[object, object, object]:
    if isinstance(call, Call):
        result = call.error or call.result if call.state in {"done", "failed"} else call.state
        return call.name, call.arguments, result
    function = call.function
    return (function.name, function.arguments, "open") if function else (call.type, call, "open")


def _hits(docs: Sequence[DocReference]) -> Html:
    if not docs:
        return Html()
    rows = (
        (cell(doc.title or doc.id), cell(_distance(doc)), cell(doc.text))
        for doc in docs[:MOST_ROWS]
    )
    return table(("document", "distance", "text"), rows)


def _distance(doc: DocReference) -> str:
    return f"{doc.distance:.3g}" if isinstance(doc.distance, float) else one_line(doc.distance)


@html_of.register
def _search(found: DocSearchResponse) -> str:
    return block(heading(f"{len(found.docs)} found"), _hits(found.docs))


@html_of.register
def _hit(doc: DocReference) -> str:
    return block(_hits([doc]))


@html_of.register
def _history(history: History) -> str:
    """Return a conversation, the newest part if it is long."""
    entries = history.entries[-MOST_ROWS:]
    left_out = rest(len(history.entries) - len(entries), "earlier entries")
    title = heading("Session", history.session_id, faint=f"{len(history.entries)} entries")
    return block(title, left_out, *map(_entry, entries))


@html_of.register
def _message(message: BaseEntry | Message) -> str:
    return _entry(message)


def _entry(entry: BaseEntry | Message) -> Html:
    who = f"{entry.role} {entry.name}" if entry.name else str(entry.role)
    text = entry.text
    other = cell(entry.content) if entry.content and not text else Html()
    asked = [(cell(name), cell(given)) for name, given, _ in map(_told, entry.tool_calls or ())]
    calls = table(("tool", "arguments"), asked[:MOST_ROWS]) if asked else Html()
    said = (prose(text, LONGEST_ENTRY) if text else other, calls)
    return block(
        element("strong", cut(who, LONGEST_CELL), style=FAINT), *said, style="margin:.4em 0"
    )


@html_of.register
def _task(task: Task) -> str:
    """Return what a task is, and its workflows step by step."""
    workflows = task.workflows
    card = _card("Task", shown(task), without=workflows)
    tables = (_workflow(name, steps) for name, steps in workflows.items() if steps)
    return block(card, *islice(tables, MOST_ROWS))


def _workflow(name: str, steps: Sequence[object]) -> Html:
    rows = [(cell(number), *_step(step)) for number, step in enumerate(steps[:MOST_ROWS])]
    left_out = rest(len(steps) - MOST_ROWS, "more steps")
    return block(heading(name, faint="workflow"), table((), rows), left_out)


def _step(step: object) -> tuple[Html, Html]:
    if not isinstance(step, Shown):
        return Html(), cell(step)
    fields = {name.rstrip("_"): value for name, value in shown(step).items()}
    label = fields.pop("label", None)
    name = type(step).__name__.removesuffix("Step")
    return heading(name, faint=str(label or "")), cell(
        next(iter(fields.values())) if len(fields) == 1 else fields
    )


@html_of.register
def _execution(execution: Execution) -> str:
    """Return how far an execution is, its times, and what it gave."""
    fields = shown(execution)
    if execution.output == execution.error:
        fields.pop("output", None)
    first = {name: fields[name] for name in ("error", "output", "input") if name in fields}
    title = {"name": f"Execution {execution.status}"}
    return _card(_lasted(execution), title | first | fields, without=("status",))


def _lasted(execution: Execution) -> str:
    start, end = execution.created_at, execution.updated_at
    if start is None or end is None or execution.status not in FINAL_STATUSES:
        return ""
    return f"in {duration(seconds_of(end) - seconds_of(start))}"


@html_of.register(Run)
def _run(run: Run[Any]) -> str:
    """Return what a run gave, and what it did when."""
    title = heading(f"Run {run.status}", faint=f"in {run.seconds:.3g} s")
    return block(title, cell(run.output), timeline(run.transitions))


@html_of.register(Done)
def _done(done: Done[Any]) -> str:
    """Return an input, and what became of it."""
    given = table((), [(element("span", "input", style=FAINT), cell(done.input))])
    return block(given, _problem(done.error) if done.error else Html(_run(done.run)))


@html_of.register(Results)
def _results(results: Results[Any]) -> str:
    """Return what became of each input, in a row."""
    failed = sum(done.error is not None for done in results)
    count = f"{len(results)} done" + (f" ({failed} failed)" if failed else "")
    rows = (
        (cell(done.input, is_brief=True), *_became(done)) for done in islice(results, MOST_ROWS)
    )
    more = rest(len(results) - MOST_ROWS, "more")
    return block(
        heading("Runs", faint=count), table(("input", "status", "took", "output"), rows), more
    )


def _became(done: Done[Any]) -> tuple[Html, Html, Html]:
    if done.error is not None:
        return cell("failed"), Html(), cell(f"{type(done.error).__name__}: {done.error}")
    run = done.run
    return cell(run.status), cell(duration(run.seconds)), cell(run.output, is_brief=True)


@html_of.register
def _added(added: AddedDocs) -> str:
    """Return which texts became documents; those that already were are only counted."""
    docs = ((kind, doc) for kind in ("added", "changed", "removed") for doc in getattr(added, kind))
    rows = [(cell(kind), cell(doc.title), cell(doc.id)) for kind, doc in docs]
    rows += [(cell("skipped"), cell(str(one.path)), cell(one.reason)) for one in added.skipped]
    return block(
        heading("Documents", faint=str(added)),
        table((), rows[:MOST_ROWS]),
        rest(len(rows) - MOST_ROWS, "more"),
    )


@html_of.register
def _steps(steps: Steps) -> str:
    return timeline(list(steps))
