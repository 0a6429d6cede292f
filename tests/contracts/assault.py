"""Every function of a custody contract, by everyone who has any key, with whatever arguments.

Rule of the attack: money moves by the rule of `flow`, so that each deal's reaches its own parties, and what is owed
stays covered. Afterwards time passes, and a stranger empties every deal.
"""

import os
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from contracts.abi import Function
from contracts.values import ARRAY, FIXED_BYTES, INTEGER, Parameter
from tests.contracts.flow import Books, Consent, Pot, check_flow
from tests.contracts.machine import SEED_VARIABLE
from tests.contracts.placed import HOSTILE_MOODS, NOBODY, Outcome, Placed, now, wait, wait_until

ELEVEN_YEARS_S = 11 * 366 * 24 * 60 * 60
ID_LENGTH = 32
TOKENS = {"token", "pays", "gives", "pledge_token", "asset", "money"}
MOMENTS = ("deadline", "expir", "until", "ends", "due", "start")
"""By which parameters are known that name a token, and a moment."""
MOST_ROUNDS, ENOUGH = 10, 20
"""Rounds of calls; after the asked ones there are more only until so many were accepted."""
LEAST_ACCEPTED, LEAST_IN_A_MOOD = 4, 2
"""Of calls of the custody contract itself, in any assault, and where the token misbehaves and most are rightly refused.
Over many seeds there were never fewer."""

Pots = Callable[[Placed, Iterable[bytes]], Mapping[object, Pot]]


@dataclass
class Custody:
    """One custody contract with live deals in it, and everybody around it.

    `parties`: by the id of each open deal, who may be paid out of it; nobody where `pots` say whose it is. `roles`: by
    name, every account that has any right anywhere, also in the currency (freezer, seizing keys, recovery) and in the
    contract. `payers` allowed the contract to take their own money when others call, for those named. `hands_on`: the
    functions by which somebody names others who may have what is its own. `agrees`: those by which somebody allows the
    contract to take its money for others. `pots`: what there is in a token besides a heap for each deal, and whose of
    these people it is. `also`: further tokens that move here. What deals hold is in the token that the contract names
    by `holds`, or else `held_in`, or else `token`. `others`: more contracts that the attackers may call with the
    custody contract as their target, with the functions to try. `powers`: contracts that rule over the token, such as
    the currency itself: of them every function is tried, and none of them may take anything out of custody, for
    whomever. `ready`: arguments that are in order, such as carry a right signature, by function; they are tried as
    they are and with something else in one place.
    Deals are emptied by `leave` after the last deadline.
    """

    contract: Placed
    token: Placed
    parties: Mapping[bytes, frozenset[bytes]]
    roles: Mapping[str, bytes]
    payers: Mapping[bytes, frozenset[bytes]] = field(default_factory=dict)
    hands_on: Sequence[str] = ()
    agrees: Sequence[str] = ()
    pots: Pots | None = None
    also: Sequence[Placed] = ()
    held_in: Placed | None = None
    others: Sequence[tuple[Placed, Sequence[str]]] = ()
    powers: Sequence[Placed] = ()
    ready: Mapping[str, Sequence[Sequence[Any]]] = field(default_factory=dict)
    slack: int = 0
    last_deadline: int = 0
    leave: Callable[[Placed, bytes], None] = field(
        default=lambda contract, deal: contract.do("exit", deal, sender=NOBODY)
    )

    @property
    def deals(self) -> list[bytes]:
        return list(self.parties)

    @cached_property
    def rightful(self) -> frozenset[bytes]:
        """Whoever may be paid out of anything."""
        pots = self.pots(self.token, self.roles.values()).values() if self.pots else ()
        return frozenset().union(*self.parties.values(), *(pot.owners for pot in pots))

    @cached_property
    def holders(self) -> list[bytes]:
        return sorted({*self.rightful, *self.payers, *self.roles.values(), NOBODY})


def among(parties: Sequence[bytes], deals: Sequence[bytes]) -> dict[bytes, frozenset[bytes]]:
    """Deals that are all between the same people."""
    return dict.fromkeys(deals, frozenset(parties))


def assail(custody: Custody, *, draws: int = 2) -> None:
    """Calls every function with every role `draws` times, in an order and with arguments drawn by a printed seed; and
    the custody contract's own more often, while few were accepted: first of all where there are others, since a power
    over the currency may stop every payment."""
    chosen = os.environ.get(SEED_VARIABLE)
    seed = int(chosen) if chosen else random.SystemRandom().randrange(2**32)
    print(f"to repeat: {SEED_VARIABLE}={seed}")
    draw = random.Random(seed)
    watch = _Watch(custody)
    honest = all(_is_honest(token) for token in watch.tokens)
    here = _with_roles(custody, [(custody.contract, _writing(custody.contract))])
    around = _with_roles(custody, _others(custody))
    accepted: list[str] = []
    first = 1 if around else 0
    for number in range(MOST_ROUNDS):
        if number >= first + draws and len(accepted) >= ENOUGH:
            break
        calls = here + around if first <= number < first + draws else list(here)
        draw.shuffle(calls)
        for call in calls:
            if draw.random() < 0.01:
                wait(draw.choice([1, 3_600, 86_400]))
                watch.look()
            if _makes(custody, watch, call, draw) and call.contract is custody.contract:
                accepted.append(call.function.signature)
    print(f"{custody.contract.artifact.name}: {len(accepted)} calls of {len(set(accepted))} functions were accepted")
    assert len(accepted) >= (LEAST_ACCEPTED if honest else LEAST_IN_A_MOOD), "hardly anything was accepted"
    _everyone_can_leave(custody, watch)


class _Call(NamedTuple):
    contract: Placed
    function: Function
    role: str


def _with_roles(custody: Custody, tried: Sequence[tuple[Placed, Sequence[Function]]]) -> list[_Call]:
    return [
        _Call(contract, function, role)
        for contract, functions in tried
        for function in functions
        for role in [*custody.roles, "nobody"]
    ]


def _makes(custody: Custody, watch: "_Watch", call: _Call, draw: random.Random) -> bool:
    """The call, with arguments drawn; whether it was accepted."""
    sender = custody.roles.get(call.role, NOBODY)
    arguments = _arguments(custody, watch, call.contract, call.function, draw)
    outcome = call.contract.attempt_raw(call.function.encode(arguments), sender=sender)
    if outcome.accepted:
        watch.after(call, arguments, outcome, sender)
    return outcome.accepted


class _Watch:
    """Holds every accepted call to the rule. What the token's own powers do with money outside custody is another
    matter: of them only what custody has is watched."""

    def __init__(self, custody: Custody) -> None:
        self.custody = custody
        self.parties = dict(custody.parties)
        self.opened: dict[bytes, frozenset[bytes]] = {}
        self.agents: dict[bytes, frozenset[bytes]] = {}
        self.agreed: dict[bytes, frozenset[bytes]] = {}
        self.tokens = (custody.token, *custody.also)
        self.addresses = [token.address for token in self.tokens]
        self.says_what = any(function.name == "holds" for function in custody.contract.artifact.interface.functions)
        self.look()

    def look(self) -> None:
        """What is where now."""
        for id, people in self.opened.items():
            if id not in self.parties and self.custody.contract.read("held", id):
                self.parties[id] = people
        self.held = {deal: int(self.custody.contract.read("held", deal)) for deal in self.parties}
        self.books = [self._books(token) for token in self.tokens]
        self.backing = [self._backing(token) for token in self.tokens]

    def after(self, call: _Call, arguments: Sequence[Any], outcome: Outcome, sender: bytes) -> None:
        contract, function, role = call
        what = f"{contract.artifact.name}.{function.name} by {role}"
        if contract not in self.custody.powers:
            named = frozenset(_addresses(arguments))
            self._take_in_opened(outcome, frozenset({sender}) | named)
            if function.name in self.custody.agrees:
                self.agreed[sender] = frozenset(self.custody.holders)
            if function.name in self.custody.hands_on:
                self.agents[sender] = self.agents.get(sender, frozenset()) | named
        self.check(what, contract, sender)

    def check(self, what: str, contract: Placed, sender: bytes) -> None:
        books, backing = self.books, self.backing
        self.look()
        for token, before, after, had, has in zip(self.tokens, books, self.books, backing, self.backing, strict=True):
            if contract in self.custody.powers:
                assert has >= had, f"{had - has} left custody by {what}"
            else:
                check_flow(before, after, sender, self._consent(), what)
            assert self.custody.contract.read("liabilities", token.address) <= has, f"not covered after {what}"

    def _take_in_opened(self, outcome: Outcome, named: frozenset[bytes]) -> None:
        """A deal that an attacker opened is between the attacker and whom it named. It is watched, and attacked, from
        when it holds something."""
        for id in [event.arguments["id"] for event in outcome.events if "id" in event.arguments]:
            if isinstance(id, bytes) and id not in self.parties:
                self.opened.setdefault(id, named if any(self.custody.parties.values()) else frozenset())

    def _consent(self) -> Consent:
        return Consent({**self.custody.payers, **self.agreed}, self.agents, self.custody.slack)

    def _books(self, token: Placed) -> Books:
        holders = self.custody.holders
        return Books(
            {who: token.read("balanceOf", who) for who in holders},
            {who: self.custody.contract.read("claimable", token.address, who) for who in holders},
            {**self._heaps(token), **(self.custody.pots(token, holders) if self.custody.pots else {})},
        )

    def _heaps(self, token: Placed) -> dict[object, Pot]:
        return {
            deal: Pot(held, self.parties[deal])
            for deal, held in self.held.items()
            if held and self.parties[deal] and self._is_in(deal, token)
        }

    def _is_in(self, deal: bytes, token: Placed) -> bool:
        if not self.says_what:
            return token is (self.custody.held_in or self.custody.token)
        return bool(self.custody.contract.read("holds", deal) == token.address)

    def _backing(self, token: Placed) -> int:
        return int(token.read("balanceOf", self.custody.contract.address))


def _everyone_can_leave(custody: Custody, watch: _Watch) -> None:
    """A stranger empties every deal; what a token refuses is a claim of a rightful party."""
    wait_until(custody.last_deadline + 1 if custody.last_deadline else now() + ELEVEN_YEARS_S)
    watch.look()
    for deal in custody.deals:
        if custody.contract.read("held", deal):
            custody.leave(custody.contract, deal)
            watch.check("exit", custody.contract, NOBODY)
        assert custody.contract.read("held", deal) == 0


def _is_honest(token: Placed) -> bool:
    """The currency has no moods."""
    moody = any(function.name == "mode" for function in token.artifact.interface.functions)
    return not moody or token.read("mode") == HOSTILE_MOODS["honest"]


def _writing(contract: Placed) -> list[Function]:
    return [each for each in contract.artifact.interface.functions if each.mutability not in ("view", "pure")]


def _others(custody: Custody) -> list[tuple[Placed, list[Function]]]:
    named = [
        (contract, [contract.artifact.function(name) for name in functions]) for contract, functions in custody.others
    ]
    return [*named, *((contract, _writing(contract)) for contract in custody.powers)]


def _addresses(value: Any) -> Iterator[bytes]:
    """Those among arguments."""
    if isinstance(value, bytes):
        if len(value) == len(NOBODY):
            yield value
    elif isinstance(value, Mapping):
        yield from _addresses(list(value.values()))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _addresses(each)


def _arguments(
    custody: Custody, watch: _Watch, contract: Placed, function: Function, draw: random.Random
) -> Sequence[Any]:
    """At random; or ready ones, as often as not with something at random in one place."""
    arguments = [_value(custody, watch, parameter, draw) for parameter in function.inputs]
    if contract is not custody.contract or function.name not in custody.ready or draw.random() < 0.3:
        return arguments
    ready = list(draw.choice(custody.ready[function.name]))
    if draw.random() < 0.5:
        place = draw.randrange(len(ready))
        ready[place] = arguments[place]
    return ready


def _value(custody: Custody, watch: _Watch, parameter: Parameter, draw: random.Random) -> Any:
    """Something of the parameter's type, by its name mostly what is taken: a live id, a real party, a held amount."""
    if match := ARRAY.fullmatch(parameter.type):
        count = int(match["length"]) if match["length"] else draw.randrange(4)
        return [_value(custody, watch, parameter.item(), draw) for _ in range(count)]
    if parameter.components:
        return tuple(_value(custody, watch, component, draw) for component in parameter.components)
    wild = draw.random() < 0.1
    if parameter.type == "address":
        if not wild and parameter.name in TOKENS:
            return draw.choice(watch.addresses)
        odd = [custody.contract.address, *watch.addresses, bytes(20)]
        return draw.choice(odd if wild else custody.holders)
    if parameter.type == "bool":
        return draw.random() < 0.5
    if parameter.type == "string":
        return "x" * draw.randrange(8)
    if parameter.type == "bytes":
        return draw.randbytes(draw.choice([0, 65]))
    if parameter.type == "bytes32":
        return draw.choice([draw.randbytes(ID_LENGTH), bytes(32)] if wild else list(watch.parties))
    if match := FIXED_BYTES.fullmatch(parameter.type):
        return draw.randbytes(int(match["length"]))
    match = INTEGER.fullmatch(parameter.type)
    assert match is not None, parameter.type
    return int(min(_number(watch, parameter.name, wild, draw), 2 ** (int(match["bits"]) - (not match["unsigned"])) - 1))


def _number(watch: _Watch, name: str, wild: bool, draw: random.Random) -> int:
    if wild:
        return draw.choice([2**255, now() + 3_600, *(int.from_bytes(deal, "big") for deal in watch.parties)])
    if "seconds" in name:
        return draw.choice([3_600, 86_400, 7 * 86_400])
    if any(part in name for part in MOMENTS):
        return now() + draw.choice([0, 3_600, 30 * 86_400])
    held = [each for each in watch.held.values() if each] or [1_000]
    return draw.choice([draw.choice(held), draw.choice(held) // 2, 0, 1, 2, 100])
