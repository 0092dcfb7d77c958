"""The `julep` command: one module a command, beside what they share.

`app.py` knows the commands, `options.py` the options of those that talk to a server, `screen.py` how
things are shown, and `failures.py` what ends a command and with which status.
"""
