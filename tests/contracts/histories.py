"""The histories of contracts, held against the tables that their drawings of states are made from.

Whatever a call touches (by an id among its arguments or in an event) is in a state before it and in one after it; the
contract's table must tell that this function leads from the one to the other. What a call does not touch is not read:
no call may be much slower for being watched.
"""

import functools
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import contracts
from contracts import Event
from scripts.generation.pages import UNCHANGED, states
from tests.contracts.placed import Outcome, Placed

TABLES = Path(contracts.__file__).parent / "tables"
ANY = "any"

Key: TypeAlias = tuple[bytes] | tuple[bytes, int]


class Edge(NamedTuple):
    before: str
    function: str
    after: str

    def __str__(self) -> str:
        return f"{self.before} -- {self.function} --> {self.after}"


@dataclass(frozen=True)
class Kind:
    """One kind of thing that has states, such as an escrow's deals."""

    view: str
    """Answers a record of one thing, whose `state` is a number."""
    names: tuple[str, ...]
    """What functions and events call its id."""
    numbered: str
    """What they call its number, if an id has many of these; otherwise empty."""
    values: tuple[str, ...]
    """What each number means, or nothing if none has it; first that of a thing that does not exist yet."""
    final: frozenset[str]
    lapses: frozenset[str]
    """What it comes to without a call of its own."""
    flags: Mapping[str, str]
    """Of a thing in state 1: it is called so if this flag of its record is set; the last that is set counts."""

    def state(self, record: Mapping[str, Any]) -> str:
        raised = [name for flag, name in self.flags.items() if record["state"] == 1 and record[flag]]
        return raised[-1] if raised else self.values[record["state"]]

    def all_states(self) -> set[str]:
        return {*self.values, *self.flags.values()} - {""}

    @property
    def beginning(self) -> str:
        return self.values[0]

    @property
    def key_length(self) -> int:
        return 2 if self.numbered else 1

    def keys(self, values: Mapping[str, Any]) -> Iterator[Key]:
        """Those among a call's arguments or an event's."""
        for name in self.names:
            if name in values and (not self.numbered or self.numbered in values):
                # An id given as a number is the same 32 bytes.
                id = values[name].to_bytes(32, "big") if isinstance(values[name], int) else values[name]
                yield (id, values[self.numbered]) if self.numbered else (id,)


@dataclass(frozen=True)
class Table:
    kinds: tuple[Kind, ...]
    edges: frozenset[Edge]
    """With `any` as a state before or after where the table says so."""

    def tells(self, kind: Kind, edge: Edge) -> bool:
        """Where it says nothing of a function in such a thing's states, the function only must not change them."""
        if edge in self.edges or edge._replace(before=ANY) in self.edges:
            return True
        silent = not self.left_by(edge.function) & (kind.all_states() - {kind.beginning})
        return edge.before == edge.after and (silent or Edge(ANY, edge.function, ANY) in self.edges)

    def left_by(self, function: str) -> set[str]:
        return {edge.before for edge in self.edges if edge.function == function}


def parse(read: Mapping[str, Any]) -> Table:
    """A contract's table, as its file has it."""
    kinds = tuple(
        Kind(
            view=each["view"],
            names=tuple(each.get("names", ["id"])),
            numbered=each.get("numbered", ""),
            values=tuple(each["values"]),
            final=frozenset(each["final"]),
            lapses=frozenset(each.get("lapses", [])),
            flags=each.get("flags", {}),
        )
        for each in read.get("states", [])
    )
    return Table(kinds, frozenset(edge for each in read["transitions"] for edge in _edges(each)))


def _edges(transition: Mapping[str, str]) -> Iterator[Edge]:
    for before in states(transition["from"]):
        for after in states(transition["to"]):
            yield Edge(before, transition["function"], before if after == UNCHANGED else after)


@functools.cache
def table(name: str) -> Table:
    path = TABLES / f"{name}.toml"
    if not path.exists():
        return Table((), frozenset())  # a contract of the tests' own
    return parse(tomllib.loads(path.read_text()))


SEEN: dict[str, set[Edge]] = {}
"""By contract, all that was seen in this process."""


def never_seen(name: str) -> list[Edge]:
    """What the table of a contract tells of its things, and no history in this process has shown."""
    if not table(name).kinds:
        return []
    told = {edge for edge in table(name).edges if ANY not in (edge.before, edge.after)}
    return sorted(told - SEEN.get(name, set()))


class Thing(NamedTuple):
    contract: bytes
    key: Key


class Known(NamedTuple):
    kind: Kind
    state: str


class Histories:
    """What one history's things are in. Told of each call by `Placed`, before and after."""

    def __init__(self) -> None:
        self.known: dict[Thing, Known] = {}

    def before(self, contract: Placed, name: str, arguments: tuple[object, ...]) -> None:
        """Looks again at what the call names: time and other contracts may have moved it."""
        for key in _keys(contract, name, arguments, ()):
            self._look(contract, Thing(contract.address, key))

    def after(self, contract: Placed, name: str, arguments: tuple[object, ...], outcome: Outcome) -> None:
        if outcome.accepted:
            for key in _keys(contract, name, arguments, outcome.events):
                self._compare(contract, name, Thing(contract.address, key))

    def _compare(self, contract: Placed, function: str, thing: Thing) -> None:
        was, now = self.known.get(thing), self._look(contract, thing)
        if now is not None:
            edge = Edge(was.state if was else now.kind.beginning, function, now.state)
            name = contract.artifact.name
            assert table(name).tells(now.kind, edge), f"contracts/tables/{name}.toml does not tell {edge}"
            SEEN.setdefault(name, set()).add(edge)

    def _look(self, contract: Placed, thing: Thing) -> Known | None:
        """What it is in now; None of what does not exist."""
        known = self.known.get(thing)
        for kind in (known.kind,) if known else table(contract.artifact.name).kinds:
            if len(thing.key) == kind.key_length:
                state = kind.state(contract.read(kind.view, *thing.key))
                if known or state != kind.beginning:
                    self.known[thing] = Known(kind, state)
                    return self.known[thing]
        return None


def _keys(contract: Placed, function: str, arguments: tuple[object, ...], events: Iterable[Event]) -> set[Key]:
    """The things that a call names, and those that its events do."""
    kinds = table(contract.artifact.name).kinds
    if not kinds:
        return set()
    inputs = contract.artifact.function(function, len(arguments)).inputs
    named: list[Mapping[str, object]] = [{each.name: value for each, value in zip(inputs, arguments, strict=True)}]
    named += [event.arguments for event in events]
    return {key for kind in kinds for values in named for key in kind.keys(values)}
