"""Time as consensus sees it: an argument. Deadlines are on the monotonic clock, milliseconds."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

RESEND_MS: Final = 1_000
SETTLING_PERIODS: Final = 2
SETTLING_MS: Final = 2_000
MAX_AHEAD_S: Final = 2
"""A new proposal further ahead of our wall clock than this is held, not refused."""


@dataclass(frozen=True, slots=True)
class Instant:
    monotonic_ms: int
    wall_s: int


class Timer(Enum):
    """There is one of each; setting it again moves it."""

    BLOCK_PERIOD = "block period"
    EMPTY_BLOCK_PERIOD = "empty-block period"
    ROUND = "round"
    RESEND = "re-send"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Timing:
    block_period_ms: int
    empty_block_period_ms: int
    base_timeout_ms: int
    timeout_cap_ms: int

    def empty_period_ms(self, *, settled: bool) -> int:
        """How long after the parent an empty block is due. The first payments of an idle chain are followed by one
        empty block soon: clients that count confirmations, or look for receipts at each new block only, see theirs.
        Local, never a validity rule."""
        settling_ms = max(SETTLING_PERIODS * self.block_period_ms, SETTLING_MS)
        return self.empty_block_period_ms if settled else min(settling_ms, self.empty_block_period_ms)

    def round_timeout_ms(self, round_: int) -> int:
        """base * 2**round up to the cap; `round_` may be anything that 64 bits hold."""
        doublings = min(round_, self.timeout_cap_ms.bit_length())
        return min(self.base_timeout_ms << doublings, self.timeout_cap_ms)

    @property
    def missed_turn_timeout_ms(self) -> int:
        return max(1, self.base_timeout_ms // 4)
