"""What a custody contract makes of a token in each of its moods, for machines that foretell every call.

Two moods are left out, of a token that moves the money and does not say so clearly ("returns two", "returns a byte"):
the contract holds the payment for refused and owes it still, and such a token cannot back what is owed in it. All that
holds then is that nobody else gains, and that the attacks in `assault` try.
"""

from contracts import Artifact
from tests.contracts.placed import HOSTILE_MOODS, Placed

HONEST, REVERTS, RETURNS_FALSE, TAKES_A_FEE, RETURNS_NOTHING, BURNS_ALL_GAS, GIVES_TOO_MUCH, KEEPS_IT = (
    HOSTILE_MOODS[name]
    for name in (
        "honest",
        "reverts",
        "returns false",
        "takes a fee",
        "returns nothing",
        "burns all gas",
        "gives too much",
        "keeps it",
    )
)
BLOCKS_ONE = 10

REFUSING = (REVERTS, RETURNS_FALSE, BURNS_ALL_GAS)
LYING = (TAKES_A_FEE, RETURNS_NOTHING, GIVES_TOO_MUCH, KEEPS_IT)
MOODS = [HONEST] * 8 + [*REFUSING, *LYING]
"""Mostly honest, so that most calls are good ones."""


def refuses(token: Placed, who: bytes) -> bool:
    """Whether a payment to that account is refused: it becomes a claim."""
    mode = token.read("mode")
    return mode in REFUSING or (mode == BLOCKS_ONE and token.read("blocked") == who)


def takes_in(token: Placed, amount: int) -> int:
    """What arrives of an amount that is paid into custody and counts there; nothing where the token refuses it."""
    mode = token.read("mode")
    if mode in REFUSING or mode == KEEPS_IT:
        return 0
    return amount - amount // 10 if mode == TAKES_A_FEE else amount


def strayed(token: Placed, who: bytes) -> int:
    """What an account got beyond what was sent to it; below zero what it got less."""
    return int(token.read("strayed", who))


def enters_again(token: Placed, contract: Placed, name: str, *arguments: object) -> None:
    """From now on the token makes that call whenever money moves in it; `entered` tells whether it ever could."""
    artifact: Artifact = contract.artifact
    token.do("call_back", contract.address, artifact.encode_call(name, *arguments))


def entered(token: Placed) -> bool:
    return bool(token.read("reentries_done"))
