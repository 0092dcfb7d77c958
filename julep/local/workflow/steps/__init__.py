"""What each kind of step does: one function per kind, from the moment to its outcome."""

from collections.abc import Mapping

from julep.local.workflow.run import Handler
from julep.local.workflow.steps import branches, knowledge, loops, plain, prompt, tool_call

HANDLERS: Mapping[str, Handler] = {
    "evaluate": plain.evaluate,
    "tool_call": tool_call.tool_call,
    "prompt": prompt.prompt,
    "get": plain.get,
    "set": plain.set,
    "log": plain.log,
    "embed": knowledge.embed,
    "search": knowledge.search,
    "return": plain.return_,
    "sleep": plain.sleep,
    "error": plain.error,
    "yield": branches.yield_,
    "wait_for_input": plain.wait_for_input,
    "if_else": branches.if_else,
    "switch": branches.switch,
    "foreach": loops.foreach,
    "parallel": loops.parallel,
    "map_reduce": loops.map_reduce,
}
