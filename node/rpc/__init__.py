"""JSON-RPC 2.0 over HTTP: geth's surface and geth's words, for one node.

The path of a request: `connections` (bytes under a time limit) -> `asgi` (HTTP) -> `wire` (bytes to calls) ->
`service` (which lane a call runs in) -> `methods` (plain functions over one published head) -> `render`.
"""
