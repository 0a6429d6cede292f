"""Bodies to answers: each call by its table entry, in its lane, over the one head of the moment the body came.

A batch shows one state of the chain: clients batch by themselves, and count confirmations by a block number and a
receipt that they asked for together. Its calls run in order, but consecutive ones that only wait for the validator
wait together: a batch of a thousand transactions takes one turn, not a thousand. Once the answers are too large, the
calls behind are not carried out. Domain errors get geth's codes here
and nowhere else.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Collection, Coroutine, Sequence
from contextlib import AsyncExitStack
from functools import partial
from threading import Lock
from typing import Final, cast

from node.chain.errors import StatePruned
from node.chain.model import Committed
from node.execution.errors import ExecutionInterrupted, TransactionRefused
from node.pool.errors import PoolRefused
from node.rpc import wire
from node.rpc.backend import Node
from node.rpc.context import Context
from node.rpc.errors import InternalError, LimitExceeded, MethodNotFound, RpcError, ServerError
from node.rpc.filters import Filters
from node.rpc.limits import Limits
from node.rpc.method import Lane, Scope
from node.rpc.methods.table import granted, namespaces
from node.rpc.metrics import UNKNOWN, Metrics
from node.rpc.parameters import bind
from node.rpc.receipts import ReceiptWaiters
from node.rpc.recent import RecentBlocks
from node.rpc.wire import BadCall, Body, Call
from node.rpc.workers import Workers
from node.state.errors import MissingNode

log = logging.getLogger(__name__)

GETH_SAYS_IT: Final = (ExecutionInterrupted, TransactionRefused, PoolRefused, StatePruned, MissingNode)
"""Errors of the layers below whose text is the answer, with code -32000."""


class Service:
    def __init__(self, node: Node, limits: Limits, scopes: Collection[Scope]) -> None:
        self.node = node
        self.limits = limits
        self.metrics = Metrics()
        self._methods = granted(_with_development(scopes, node))
        self._modules = namespaces(self._methods)
        self._filters = Filters(limits.filters, limits.filter_idle_s, time.monotonic)
        self._blocks = RecentBlocks(node.chain)
        self.waiters = ReceiptWaiters(limits.receipt_waiters)
        bounds = limits.calls_waiting, limits.call_timeout_s
        self._pools = {
            Lane.READER: Workers("rpc-read", limits.readers, *bounds),
            Lane.WORKER: Workers("rpc-call", limits.call_workers, *bounds),
        }
        self._pool_dump = Lock()
        self._exit = AsyncExitStack()

    async def __aenter__(self) -> "Service":
        """On the loop that will serve."""
        self.waiters.attach(asyncio.get_running_loop())
        for pool in self._pools.values():
            pool.start()
            self._exit.callback(pool.close)
        self._exit.callback(self.node.chain.subscribe(self._upon_commit))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._exit.aclose()

    def _upon_commit(self, committed: Committed) -> None:
        """In the chain's writing thread. Receipts are at hand before anybody is told that they are."""
        self._blocks.upon_commit(committed)
        self.waiters.upon_commit(committed)

    async def answer(self, body: bytes) -> bytes:
        """The response's body; empty where all there was were notifications."""
        try:
            parsed = wire.parse_body(body, self.limits)
        except RpcError as error:
            return wire.encode(wire.refusal(None, error))
        answers = await self._answer_all(parsed)
        if not parsed.batch:
            return answers[0] if answers else b""
        return b"[" + b",".join(answers) + b"]" if answers else b""

    async def _answer_all(self, body: Body) -> Sequence[bytes]:
        room = self.limits.response_bytes
        answers: list[bytes] = []
        context = self._context()
        for group in self._groups(body.entries):
            if room < 0:
                answers += [_too_large(entry, self.limits.response_bytes) for entry in group if _is_answered(entry)]
                continue
            together = await _together([self._answer_one(context, entry) for entry in group])
            for entry, answer in zip(group, together, strict=True):
                room -= len(answer)
                if room < 0 and answer:
                    answer = _too_large(entry, self.limits.response_bytes)
                if answer:
                    answers.append(answer)
        return answers

    def _groups(self, entries: Sequence[Call | BadCall]) -> list[list[Call | BadCall]]:
        """Runs of calls that may wait together; every other call stands alone."""
        groups: list[list[Call | BadCall]] = []
        open_group = False
        for entry in entries:
            waits = self._only_waits(entry)
            if waits and open_group:
                groups[-1].append(entry)
            else:
                groups.append([entry])
            open_group = waits
        return groups

    def _only_waits(self, entry: Call | BadCall) -> bool:
        if isinstance(entry, BadCall) or entry.method not in self._methods:
            return False
        return self._methods[entry.method].lane is Lane.ASYNC

    async def _answer_one(self, context: Context, entry: Call | BadCall) -> bytes:
        if isinstance(entry, BadCall):
            return wire.encode(wire.refusal(entry.id, entry.error))
        begun, code = time.perf_counter(), 0
        try:
            answer = wire.answer(entry.id, await self._carry_out(context, entry))
        except RpcError as error:
            answer, code = wire.refusal(entry.id, error), error.code
        except GETH_SAYS_IT as error:
            answer, code = wire.refusal(entry.id, ServerError(str(error))), ServerError.code
        except Exception:  # the task boundary: one call's defect must not take the others with it
            log.exception("%s failed", entry.method)
            answer, code = wire.refusal(entry.id, InternalError("internal error: the node's log says more")), -32603
        known = entry.method if entry.method in self._methods else UNKNOWN
        self.metrics.count_call(known, code, time.perf_counter() - begun)
        return b"" if entry.notification else wire.encode(answer)

    async def _carry_out(self, context: Context, call: Call) -> object:
        method = self._methods.get(call.method)
        if method is None:
            raise MethodNotFound(call.method)
        run = partial(method.run, context, *bind(method.parameters, call.parameters))
        if method.lane in self._pools:
            return await self._pools[method.lane].run(run)
        if method.lane is Lane.ASYNC:
            return await self._in_time(cast(Awaitable[object], run()))
        return run()

    async def _in_time(self, waiting: Awaitable[object]) -> object:
        longest_s = self.limits.call_timeout_s + self.limits.receipt_timeout_cap_ms / 1_000
        try:
            async with asyncio.timeout(longest_s) as limit:
                return await waiting
        except TimeoutError as error:
            ours = f"the node did not answer within {longest_s:g} s"
            raise ServerError(ours if limit.expired() else str(error) or ours) from None

    def _context(self) -> Context:
        return Context(
            node=self.node,
            head=self.node.chain.head,
            blocks=self._blocks,
            limits=self.limits,
            filters=self._filters,
            waiters=self.waiters,
            modules=self._modules,
            pool_dump=self._pool_dump,
        )


def _with_development(scopes: Collection[Scope], node: Node) -> frozenset[Scope]:
    """DEVELOPMENT is the genesis's to grant, not the operator's."""
    rules = node.chain.config.qbft
    development = {Scope.DEVELOPMENT} if rules is not None and rules.development else set()
    return frozenset(scopes) - {Scope.DEVELOPMENT} | development | {Scope.PUBLIC}


async def _together(calls: Sequence[Coroutine[None, None, bytes]]) -> Sequence[bytes]:
    if len(calls) == 1:
        return [await calls[0]]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(call) for call in calls]
    return [task.result() for task in tasks]


def _is_answered(entry: Call | BadCall) -> bool:
    return isinstance(entry, BadCall) or not entry.notification


def _too_large(entry: Call | BadCall, limit: int) -> bytes:
    return wire.encode(wire.refusal(entry.id, LimitExceeded(f"response too large: over {limit} bytes")))
