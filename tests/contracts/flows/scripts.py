"""Scenarios that every kind of network must tell alike: functions of a Town, by name."""

import functools
import importlib
import pkgutil
from collections.abc import Callable, Mapping

from contracts import examples
from contracts.addresses import ESCROW
from contracts.examples import payment_channel
from contracts.examples.town import Town
from contracts.typed import Escrow
from tests.contracts.flows.main_stories import MAIN_STORIES
from tests.contracts.flows.play import Play
from tests.contracts.flows.supply_chain import SupplyChain
from tests.contracts.flows.unhappy_paths import UNHAPPY_PATHS


def escrow_released_and_refunded(town: Town) -> None:
    """The simplest deal, once to its good end and once to its deadline."""
    buyer, seller = town.person("buyer"), town.person("seller")
    town.issue(buyer, 500_00)
    town.ecash(buyer).approve(ESCROW, 500_00)
    escrow = Escrow(buyer.chain, ESCROW)
    ecash = town.ecash(buyer).address
    deadline = town.now() + 30 * 24 * 60 * 60
    released = escrow.open(seller.address, bytes(20), ecash, 300_00, deadline, b"\1" * 32).id
    escrow.fund(released)
    escrow.release(released, 120_00)
    escrow.release(released, 180_00)
    refunded = escrow.open(seller.address, bytes(20), ecash, 200_00, deadline, b"\2" * 32).id
    escrow.fund(refunded)
    town.wait(31 * 24 * 60 * 60, "nobody delivered")
    Escrow(seller.chain, ESCROW).exit(refunded)
    moved = town.show("one deal paid, one sent home")
    town.expect(moved == {"buyer": -300_00, "seller": 300_00}, "the seller has one deal's money and no more")


def supply_chain(town: Town) -> None:
    """An order from the money in it to the last cent of it, in nine steps."""
    SupplyChain(town.place, title="supply chain").play()


def unhappy(name: str, town: Town) -> None:
    """The same order, where it goes another way, with contracts of its own."""
    UNHAPPY_PATHS[name](SupplyChain(town.place, title=name))


def main_story(name: str, town: Town) -> None:
    """Of one contract, placed for it."""
    MAIN_STORIES[name](Play(town.place, title=name))


EXAMPLES: Mapping[str, Callable[[Town], None]] = {
    module.name: importlib.import_module(f"contracts.examples.{module.name}").story
    for module in pkgutil.iter_modules(examples.__path__)
    if module.name in examples.names()
}

SCRIPTS: Mapping[str, Callable[[Town], None]] = {
    "escrow_released_and_refunded": escrow_released_and_refunded,
    "supply_chain": supply_chain,
    **{name: functools.partial(unhappy, name) for name in UNHAPPY_PATHS},
    **{name: functools.partial(main_story, name) for name in MAIN_STORIES},
    **EXAMPLES,
    # Payments off the chain leave nothing on it to compare: a hundred do for a hundred thousand.
    "payment_channel": functools.partial(payment_channel.story, payments=100),
}
