"""A bounded pool of threads for calls that take long, so that they don't hold up the loop.

The threads are daemons: a contract that runs for a minute does not keep a stopping node alive.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import BoundedSemaphore, Thread
from typing import Any, TypeVar

from node.rpc.errors import LimitExceeded, ServerError

T = TypeVar("T")


class Workers:
    def __init__(self, name: str, threads: int, waiting: int, timeout_s: float) -> None:
        self._room = BoundedSemaphore(threads + waiting)
        self._capacity = threads + waiting
        self._timeout_s = timeout_s
        self._jobs: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._threads = [Thread(target=self._work, name=f"{name}-{index}", daemon=True) for index in range(threads)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Ends each thread after the job it is at."""
        for _ in self._threads:
            self._jobs.put(None)

    async def run(self, function: Callable[[], T]) -> T:
        """Raises LimitExceeded when too many wait, ServerError when it takes too long; what then still runs keeps
        its place until it ends."""
        if not self._room.acquire(blocking=False):
            raise LimitExceeded(f"too many calls at once: {self._capacity} run or wait; try again")
        future: Future[T] = Future()
        future.add_done_callback(lambda _: self._room.release())
        self._jobs.put((future, function))
        try:
            async with asyncio.timeout(self._timeout_s):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            raise ServerError(f"execution aborted (timeout = {self._timeout_s:g}s)") from None

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            future, function = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = function()
            except BaseException as error:  # the task boundary: whoever awaits the future is told
                future.set_exception(error)
            else:
                future.set_result(result)
            del job, future, function
