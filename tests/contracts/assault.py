"""Every function of a custody contract, by everyone who has any key, with whatever arguments.

Rule of the attack: nobody but the rightful parties may end up with more than they had, and what is owed stays
covered. Afterwards time passes, and a stranger empties every deal.
"""

import os
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.abi import Function
from contracts.values import ARRAY, FIXED_BYTES, INTEGER, Parameter
from tests.contracts.machine import SEED_VARIABLE
from tests.contracts.placed import NOBODY, Placed, now, wait, wait_until

ELEVEN_YEARS_S = 11 * 366 * 24 * 60 * 60
FIRST_TOPIC_LENGTH = 32


@dataclass
class Custody:
    """One custody contract with live deals in it, and everybody around it.

    `deals`: the ids that are open, each with something held. `rightful`: who may be paid out of them. `roles`: by
    name, every account that has any right anywhere, also in the currency (freezer, seizing keys, recovery) and in
    the contract. `others`: more contracts that the attackers may call with the custody contract as their target,
    with the functions to try. `powers`: contracts that rule over the token, such as the currency itself: of them
    every function is tried, and none of them may take anything out of custody, for whomever.
    `deals` are emptied by `leave` after the last deadline.
    """

    contract: Placed
    token: Placed
    deals: Sequence[bytes]
    rightful: frozenset[bytes]
    roles: Mapping[str, bytes]
    others: Sequence[tuple[Placed, Sequence[str]]] = ()
    powers: Sequence[Placed] = ()
    last_deadline: int = 0
    leave: Callable[[Placed, bytes], None] = field(
        default=lambda contract, deal: contract.do("exit", deal, sender=NOBODY)
    )

    def holders(self) -> set[bytes]:
        return {*self.rightful, *self.roles.values(), NOBODY}

    def balances(self) -> dict[bytes, int]:
        return {who: self.token.read("balanceOf", who) for who in self.holders()}


def assail(custody: Custody, *, draws: int = 2) -> None:
    """Calls every function with every role `draws` times, in an order and with arguments drawn by a printed seed."""
    chosen = os.environ.get(SEED_VARIABLE)
    seed = int(chosen) if chosen else random.SystemRandom().randrange(2**32)
    print(f"to repeat: {SEED_VARIABLE}={seed}")
    draw = random.Random(seed)
    watch = _Watch(custody)
    calls = [
        (contract, function, role)
        for contract, functions in [(custody.contract, _writing(custody.contract)), *_others(custody)]
        for function in functions
        for role in [*custody.roles, "nobody"]
    ] * draws
    draw.shuffle(calls)
    for contract, function, role in calls:
        if draw.random() < 0.02:
            wait(draw.choice([1, 3_600, 86_400]))
        sender = custody.roles.get(role, NOBODY)
        arguments = [_value(custody, watch.held, parameter, draw) for parameter in function.inputs]
        if contract.attempt_raw(function.encode(arguments), sender=sender).accepted:
            watch.after(f"{contract.artifact.name}.{function.signature} by {role}", contract)
    _everyone_can_leave(custody)
    watch.after("exit", custody.contract)


class _Watch:
    """Who got how much by calls of the custody contract and those around it. What the token's own powers do with
    money outside custody is another matter: of them only what custody has is watched."""

    def __init__(self, custody: Custody) -> None:
        self.custody = custody
        self.balances = custody.balances()
        self.backing = self._backing()
        self.gains = dict.fromkeys(self.balances, 0)
        self.held = self._held()

    def after(self, what: str, contract: Placed) -> None:
        balances, backing = self.custody.balances(), self._backing()
        if contract in self.custody.powers:
            assert backing >= self.backing, f"{self.backing - backing} left custody by {what}"
        else:
            for who, balance in balances.items():
                self.gains[who] += balance - self.balances[who]
                assert who in self.custody.rightful or self.gains[who] <= 0, f"0x{who.hex()} gained by {what}"
        self.balances, self.backing, self.held = balances, backing, self._held()
        owed = self.custody.contract.read("liabilities", self.custody.token.address)
        assert owed <= backing, f"not covered after {what}"

    def _held(self) -> list[int]:
        return [self.custody.contract.read("held", deal) for deal in self.custody.deals]

    def _backing(self) -> int:
        return int(self.custody.token.read("balanceOf", self.custody.contract.address))


def _everyone_can_leave(custody: Custody) -> None:
    """A stranger empties every deal; what a token refuses is a claim of a rightful party."""
    wait_until(custody.last_deadline + 1 if custody.last_deadline else now() + ELEVEN_YEARS_S)
    for deal in custody.deals:
        if custody.contract.read("held", deal):
            custody.leave(custody.contract, deal)
        assert custody.contract.read("held", deal) == 0


def _writing(contract: Placed) -> list[Function]:
    return [each for each in contract.artifact.interface.functions if each.mutability not in ("view", "pure")]


def _others(custody: Custody) -> list[tuple[Placed, list[Function]]]:
    named = [
        (contract, [contract.artifact.function(name) for name in functions]) for contract, functions in custody.others
    ]
    return [*named, *((contract, _writing(contract)) for contract in custody.powers)]


def _value(custody: Custody, held: Sequence[int], parameter: Parameter, draw: random.Random) -> Any:
    """Something of the parameter's type, likely to be taken: a live id, a real party, a held amount."""
    if match := ARRAY.fullmatch(parameter.type):
        count = int(match["length"]) if match["length"] else draw.randrange(4)
        return [_value(custody, held, parameter.item(), draw) for _ in range(count)]
    if parameter.components:
        return tuple(_value(custody, held, component, draw) for component in parameter.components)
    if parameter.type == "address":
        return draw.choice([*custody.holders(), custody.contract.address, custody.token.address, bytes(20)])
    if parameter.type == "bool":
        return draw.random() < 0.5
    if parameter.type == "string":
        return "x" * draw.randrange(8)
    if parameter.type == "bytes":
        return draw.randbytes(draw.choice([0, 65]))
    if parameter.type == "bytes32":
        return draw.choice([*custody.deals, *custody.deals, draw.randbytes(FIRST_TOPIC_LENGTH), bytes(32)])
    if match := FIXED_BYTES.fullmatch(parameter.type):
        return draw.randbytes(int(match["length"]))
    match = INTEGER.fullmatch(parameter.type)
    assert match is not None, parameter.type
    wanted = draw.choice([*held, *(each // 2 for each in held), 0, 1, 100, now() + 3_600, 2**255])
    return int(min(wanted, 2 ** (int(match["bits"]) - (not match["unsigned"])) - 1))
