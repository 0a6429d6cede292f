"""How long the builder may take: what the machines have shown to be short enough. Local, never a validity rule.

Others execute a block after its author has, so a block that took the author long makes them miss the round's end, and
a block decided in a later round costs more than it carried. So the budget halves when that happens, and grows back
a little with each block that is decided in round 0.
"""

from typing import Final

SMALLEST: Final = 16
"""The budget never falls below this part of the most."""
STEP: Final = 32
"""It grows by this part of the most."""


class BuildBudget:
    def __init__(self, most_ms: int) -> None:
        self._most_ms = most_ms
        self.ms = most_ms

    def upon_block(self, *, in_time: bool) -> None:
        """`in_time`: decided in round 0."""
        if in_time:
            self.ms = min(self._most_ms, self.ms + max(1, self._most_ms // STEP))
        else:
            self.ms = max(1, self._most_ms // SMALLEST, self.ms // 2)
