"""What one seed makes of a run: how the network behaves, who crashes when, who is cut off, who lies.

Everything is drawn from one `random.Random(seed)`, so the seed alone replays the run byte for byte.
"""

import random
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Weather:
    """The network between two moments. Delays are milliseconds, the rest probabilities of each frame."""

    loss: float
    duplication: float
    delay_ms: tuple[int, int]
    straggler: float
    straggler_ms: int


CALM = Weather(loss=0.0, duplication=0.0, delay_ms=(1, 10), straggler=0.0, straggler_ms=0)


@dataclass(frozen=True, slots=True)
class Crash:
    """`node` dies at `at_ms`, in the middle of its next `writes` writes, and is back `down_ms` later."""

    node: int
    at_ms: int
    writes: int | None
    down_ms: int


@dataclass(frozen=True, slots=True)
class Partition:
    """From `at_ms` to `until_ms` frames pass only within `group` and within the rest."""

    at_ms: int
    until_ms: int
    group: frozenset[int]


@dataclass(frozen=True, slots=True)
class SetChange:
    """From block `height` on these nodes are the validators; the others follow."""

    height: int
    members: frozenset[int]


@dataclass(frozen=True, slots=True)
class Plan:
    """`heal_ms`: from here on everybody is up and the network calm. `liar` is the index of a faulty validator. Where
    `changes` is empty every node validates; its first entry is of block 1."""

    seed: int
    nodes: int
    weather: Weather
    crashes: tuple[Crash, ...]
    partitions: tuple[Partition, ...]
    liar: int | None
    payments: int
    heal_ms: int
    ambush: float = 0.0
    """How often a height is ambushed: its Commits reach one node only, which is cut off the moment it has decided,
    while some of the others crash."""
    changes: tuple[SetChange, ...] = ()

    def members(self, height: int) -> frozenset[int]:
        """Who must seal block `height`."""
        sets = [change.members for change in self.changes if change.height <= height]
        return sets[-1] if sets else frozenset(range(self.nodes))


def draw_plan(seed: int, *, nodes: int | None = None) -> Plan:
    """The usual mixture of faults: up to f validators faulty at one time, any number cut off."""
    chance = random.Random(seed)
    count = nodes or chance.choice((4, 4, 4, 7))
    heal_ms = chance.randrange(6_000, 25_000)
    liar = chance.randrange(count) if chance.random() < 0.4 else None
    return Plan(
        seed=seed,
        nodes=count,
        weather=_weather(chance),
        crashes=_crashes(chance, count, heal_ms, liar),
        partitions=_partitions(chance, count, heal_ms),
        liar=liar,
        payments=chance.randrange(3, 40),
        heal_ms=heal_ms,
    )


def draw_changing_plan(seed: int) -> Plan:
    """The usual faults while validators come, go and are replaced, as often as every block: more often than the
    contract lets them."""
    chance = random.Random(seed ^ 0xC4A9E)
    plan = draw_plan(seed, nodes=6)
    members = frozenset(chance.sample(range(plan.nodes), chance.choice((4, 4, 5))))
    changes, height = [SetChange(1, members)], 1
    for _ in range(chance.randrange(1, 8)):
        height += chance.randrange(1, 5)
        members = _one_change(chance, members, frozenset(range(plan.nodes)) - members)
        changes.append(SetChange(height, members))
    return replace(plan, payments=chance.randrange(15, 60), changes=tuple(changes))


def _one_change(chance: random.Random, members: frozenset[int], others: frozenset[int]) -> frozenset[int]:
    """At least four stay, so that one may be faulty."""
    leaves = chance.choice(sorted(members))
    if not others:
        return members - {leaves}
    joins = chance.choice(sorted(others))
    kinds = [members | {joins}, (members | {joins}) - {leaves}]
    return chance.choice(kinds if len(members) <= 4 else [*kinds, members - {leaves}])


def draw_leader_losing_plan(seed: int) -> Plan:
    """Biased to what breaks a wrong QBFT: rounds that prepare or commit in part, then crashes and cuts that make
    the others decide anew. Heights are ambushed, and validators crash between signing and hearing."""
    chance = random.Random(seed ^ 0x5EED)
    heal_ms = chance.randrange(15_000, 40_000)
    weather = Weather(
        loss=chance.choice((0.0, 0.05, 0.2, 0.4)),
        duplication=0.1,
        delay_ms=(1, chance.choice((50, 400))),
        straggler=chance.choice((0.0, 0.1)),
        straggler_ms=6_000,
    )
    crashes = tuple(
        Crash(chance.randrange(4), chance.randrange(heal_ms), chance.choice((0, 1, 2, 3)), chance.randrange(50, 3_000))
        for _ in range(chance.randrange(0, 12))
    )
    partitions = tuple(
        Partition(at, at + chance.randrange(500, 5_000), frozenset(chance.sample(range(4), chance.choice((1, 2)))))
        for at in sorted(chance.randrange(heal_ms) for _ in range(chance.randrange(0, 4)))
    )
    liar = chance.randrange(4) if chance.random() < 0.9 else None
    ambush = chance.choice((0.5, 0.9))
    return Plan(seed, 4, weather, crashes, partitions, liar, chance.randrange(10, 40), heal_ms, ambush)


def _weather(chance: random.Random) -> Weather:
    return Weather(
        loss=chance.choice((0.0, 0.0, 0.01, 0.05, 0.2)),
        duplication=chance.choice((0.0, 0.05, 0.2)),
        delay_ms=(1, chance.choice((5, 30, 100, 300))),
        straggler=chance.choice((0.0, 0.02, 0.1)),
        straggler_ms=chance.choice((500, 3_000)),
    )


def _crashes(chance: random.Random, nodes: int, heal_ms: int, liar: int | None) -> tuple[Crash, ...]:
    honest = [index for index in range(nodes) if index != liar]
    return tuple(
        Crash(
            node=chance.choice(honest),
            at_ms=chance.randrange(heal_ms),
            writes=chance.choice((None, 0, 1, 2, 3, 5)),
            down_ms=chance.randrange(10, 8_000),
        )
        for _ in range(chance.choice((0, 1, 2, 4)))
    )


def _partitions(chance: random.Random, nodes: int, heal_ms: int) -> tuple[Partition, ...]:
    cuts = []
    for _ in range(chance.choice((0, 0, 1, 2))):
        at_ms = chance.randrange(heal_ms)
        size = chance.randrange(1, nodes)
        cuts.append(
            Partition(at_ms, at_ms + chance.randrange(200, 8_000), frozenset(chance.sample(range(nodes), size)))
        )
    return tuple(cuts)
