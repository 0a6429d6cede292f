"""Each unhappy path of the supply chain comes to what it says, to the cent, by the events alone."""

import pytest

from tests.contracts.flows.play import Actor
from tests.contracts.flows.stage import bare_place
from tests.contracts.flows.supply_chain import DOCUMENT, SupplyChain
from tests.contracts.flows.unhappy_paths import UNHAPPY_PATHS


@pytest.mark.parametrize("name", sorted(UNHAPPY_PATHS))
def test_an_unhappy_path_ends_as_it_says(name: str) -> None:
    with bare_place() as place:
        UNHAPPY_PATHS[name](SupplyChain(place))


def test_an_order_is_known_by_its_document() -> None:
    with bare_place() as place:
        chain = SupplyChain(place)
        chain.play(steps=2)
        seller = Actor.SELLER.address
        assert chain.read("trade", "ordered", chain.order)[3] == DOCUMENT
        fingerprint = chain.read("fingerprints", "fingerprint", seller, DOCUMENT)
        assert chain.read("fingerprints", "lien", fingerprint) == (chain.addresses["factoring"], chain.order_financing)
