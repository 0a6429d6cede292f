"""The server: a thread with an event loop of its own, away from consensus.

`start` returns when the port answers; `stop` within a second, whoever is still connected.
"""

import asyncio
import errno
import logging
import socket
from collections.abc import Collection
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Final

import uvicorn
import uvloop

from node.rpc.asgi import Access, Application, AsgiApplication
from node.rpc.backend import Node
from node.rpc.connections import bounded_protocol
from node.rpc.errors import PortTaken, ServerStartError
from node.rpc.limits import Limits
from node.rpc.method import Scope
from node.rpc.rest import rest_application
from node.rpc.service import Service

log = logging.getLogger(__name__)

DRAIN_S: Final = 0.4
"""What running requests get to end in after `stop`."""


@dataclass(frozen=True, slots=True)
class RpcOptions:
    """`port` 0 takes any free one. `scopes` beyond PUBLIC are the operator's to grant."""

    host: str = "127.0.0.1"
    port: int = 8545
    access: Access = field(default_factory=Access)
    scopes: Collection[Scope] = frozenset()
    limits: Limits = field(default_factory=Limits)


class RpcServer:
    def __init__(self, node: Node, options: RpcOptions) -> None:
        self._options = options
        self._service = Service(node, options.limits, options.scopes)
        self._socket: socket.socket | None = None
        self._thread = Thread(target=self._serve, name="rpc", daemon=True)
        self._began = Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: _Server | None = None
        self.port = options.port

    @property
    def url(self) -> str:
        host = f"[{self._options.host}]" if ":" in self._options.host else self._options.host
        return f"http://{host}:{self.port}"

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        """Raises ServerStartError; PortTaken names the port."""
        self._socket = _listen(self._options.host, self._options.port)
        self.port = self._socket.getsockname()[1]
        self._thread.start()
        self._began.wait()
        if self._failure is not None:
            raise ServerStartError(f"the RPC server could not start: {self._failure}") from self._failure

    def stop(self) -> None:
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._begin_to_stop)
        self._thread.join()

    def _begin_to_stop(self) -> None:
        assert self._server is not None and self._loop is not None
        self._server.should_exit = True
        self._loop.call_later(DRAIN_S, self._server.give_up)

    def _serve(self) -> None:
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(self._main())
        except BaseException as error:  # the thread's boundary: `start` raises it, or the log has it
            self._failure = error
            if self._began.is_set():
                log.exception("the RPC server ended")
        finally:
            self._began.set()

    async def _main(self) -> None:
        assert self._socket is not None
        self._loop = asyncio.get_running_loop()
        async with self._service as service:
            application = Application(service, self._options.access, rest_application(service))
            self._server = _Server(_uvicorn_config(application, self._options.limits), self._began)
            await self._server.serve(sockets=[self._socket])


class _Server(uvicorn.Server):
    """Tells when it listens, and lets go of connections that outstay their welcome."""

    def __init__(self, config: uvicorn.Config, began: Event) -> None:
        super().__init__(config)
        self._began = began

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._began.set()

    def give_up(self) -> None:
        self.force_exit = True
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        for task in list(self.server_state.tasks):
            task.cancel()


def _uvicorn_config(application: AsgiApplication, limits: Limits) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        loop="none",
        http=bounded_protocol(limits),
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        limit_concurrency=limits.connections,
        timeout_keep_alive=limits.keep_alive_s,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host, port) from error
        raise ServerStartError(f"cannot listen on {host}, port {port}: {error.strerror}") from error
    listener.setblocking(False)
    return listener
