"""An issuer whose points are worth five minor units and live for two periods, two holders and a shop."""

from tests.contracts.deal_room import DAY, TOKEN, Room
from tests.contracts.placed import now, wait_until

ISSUER, ALICE, BOB, SHOP = (bytes([0xC0 + number]) * 20 for number in range(4))
PARTIES = (ISSUER, ALICE, BOB, SHOP)
VALUE, LIFE, PERIOD = 5, 2, 30 * DAY
ARGUMENTS = ("Points", "PTS", ISSUER, TOKEN, VALUE, LIFE)


def new_room() -> Room:
    """At the beginning of a period."""
    wait_until((now() // PERIOD + 1) * PERIOD)
    return Room("points", PARTIES, *ARGUMENTS)


def ends_in() -> bytes:
    """The period in which points awarded now end."""
    return (now() // PERIOD + LIFE).to_bytes(32, "big")
