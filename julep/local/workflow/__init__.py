"""The workflow engine of the embedded server: tasks in, transitions out, no HTTP and no SQL.

How it is used, in one breath (`ports.py` says what `log` and `world` are)::

    issues = validate(task_body)              # at creation; errors refuse the task
    async with Engine(log, world) as engine:  # asyncio or trio
        engine.recover()                      # goes on with whatever a crash interrupted
        engine.start(execution_id)            # returns at once; the execution is in the log
        engine.resume(execution_id, {"ok": True})           # newest open wait, or by task_token=
        engine.cancel(execution_id)
    status_view(log.transitions(execution_id))  # status, output, error for GET

`start`, `resume` and `cancel` are plain functions to be called on the event loop's thread; the
last two return False when there is nothing to resume or to cancel.
"""
