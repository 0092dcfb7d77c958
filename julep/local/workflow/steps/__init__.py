"""What each kind of step does: one function per kind, from the moment to its outcome."""

from __future__ import annotations

from collections.abc import Mapping

from julep.local.workflow.run import Handler

from . import basic, branches, knowledge, loops, prompt, tool_call

HANDLERS: Mapping[str, Handler] = {
    "evaluate": basic.evaluate,
    "tool_call": tool_call.tool_call,
    "prompt": prompt.prompt,
    "get": basic.get,
    "set": basic.set,
    "log": basic.log,
    "embed": knowledge.embed,
    "search": knowledge.search,
    "return": basic.return_,
    "sleep": basic.sleep,
    "error": basic.error,
    "yield": branches.yield_,
    "wait_for_input": basic.wait_for_input,
    "if_else": branches.if_else,
    "switch": branches.switch,
    "foreach": loops.foreach,
    "parallel": loops.parallel,
    "map_reduce": loops.map_reduce,
}
