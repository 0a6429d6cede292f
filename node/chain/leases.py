"""Which states are kept, and who reads them: nothing is pruned under an open read."""

import threading
import weakref
from collections import deque

from node.chain.errors import StatePruned
from node.primitives.types import BlockNumber, Hash32
from node.state import TrieState
from node.state.model import NodeReader


class LeasedState(TrieState):
    """The state after block `number`, kept as long as somebody holds this object."""

    def __init__(self, nodes: NodeReader, root: Hash32, number: int) -> None:
        super().__init__(nodes, root)
        self.number = BlockNumber(number)


class Leases:
    """Counts the open reads of each block's state. Any thread may take one; one writer raises the floor."""

    def __init__(self, floor: int) -> None:
        self._mutex = threading.Lock()
        self._floor = floor
        self._open: dict[int, int] = {}
        self._ended: deque[int] = deque()

    @property
    def floor(self) -> BlockNumber:
        """The oldest block whose state is kept."""
        return BlockNumber(self._floor)

    def open(self, nodes: NodeReader, number: int, root: Hash32, newest: int) -> LeasedState:
        """Raises StatePruned."""
        with self._mutex:
            if number < self._floor:
                raise StatePruned(number, self._floor, newest)
            self._open[number] = self._open.get(number, 0) + 1
        state = LeasedState(nodes, root, number)
        # A finalizer may run inside any allocation, also while the mutex is held: it only leaves a note.
        weakref.finalize(state, self._ended.append, number).atexit = False
        return state

    def raise_floor(self, target: int) -> BlockNumber:
        """Raises the floor to `target`, or as far as open reads allow; from now on nobody reads below it."""
        with self._mutex:
            while self._ended:
                self._close(self._ended.popleft())
            self._floor = max(self._floor, min([target, *self._open]))
            return BlockNumber(self._floor)

    def _close(self, number: int) -> None:
        self._open[number] -= 1
        if not self._open[number]:
            del self._open[number]
