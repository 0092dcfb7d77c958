"""The process that handles strangers' text: `python -m julep.local.worker`, started by the sandbox."""
