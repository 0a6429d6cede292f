"""The blocks of one height: those that may still be proposed or decided, and what executing them has said."""

from collections import deque
from collections.abc import Set
from typing import Final

from node.primitives.block import Block
from node.primitives.types import Hash32

UNKNOWN: Final = "not checked yet"
RECENT_PROPOSALS: Final = 4
"""Of rounds we have left; the others may still decide one of them."""


class Blocks:
    def __init__(self) -> None:
        self._blocks: dict[Hash32, Block] = {}
        self._proposed: deque[Hash32] = deque(maxlen=RECENT_PROPOSALS)
        self._verdicts: dict[Hash32, str | None] = {}
        self._checking: set[Hash32] = set()

    def __contains__(self, digest: Hash32) -> bool:
        return digest in self._blocks

    def find(self, digest: Hash32) -> Block | None:
        return self._blocks.get(digest)

    def add(self, block: Block) -> None:
        self._blocks[block.hash] = block

    def add_proposed(self, block: Block) -> None:
        self.add(block)
        self._proposed.append(block.hash)

    def add_built(self, block: Block) -> None:
        """The builder has executed its block; it needs no check."""
        self.add(block)
        self._verdicts[block.hash] = None

    def refusal(self, digest: Hash32) -> str | None:
        """Why the block may not be voted for: UNKNOWN while it is being checked, None if it is good."""
        return self._verdicts.get(digest, UNKNOWN)

    def begin_check(self, digest: Hash32) -> bool:
        """Whether it is to be checked: not if it is being or has been."""
        if digest in self._checking or digest in self._verdicts:
            return False
        self._checking.add(digest)
        return True

    def end_check(self, digest: Hash32, refused: str | None) -> bool:
        """Whether anybody asked for that check."""
        if digest not in self._checking:
            return False
        self._checking.remove(digest)
        self._verdicts[digest] = refused
        return True

    def forget_all_but(self, needed: Set[Hash32]) -> None:
        """Recent proposals stay too."""
        kept = needed | set(self._proposed)
        self._blocks = {digest: block for digest, block in self._blocks.items() if digest in kept}
        self._verdicts = {digest: verdict for digest, verdict in self._verdicts.items() if digest in kept}
