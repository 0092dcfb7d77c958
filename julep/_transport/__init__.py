"""The only package that waits, and with its helpers the only one that speaks HTTP.

A client of the SDK's own goes straight to httpx's connection pools: an API client needs no cookies,
no auth flow and no event hooks, and httpx spends most of a call on them. What it does need of the
layer above stands in `_http/redirects.py` and `_http/proxies.py`. A client that the user brings is
used as it is. What neither httpx nor httpcore does for a connection that went wrong is in
`_http/connections.py`.
"""
