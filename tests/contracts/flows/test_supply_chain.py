"""The nine steps of the supply-chain flow, to the cent, by the events alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.network import development_network
from tests.contracts.flows.play import Actor
from tests.contracts.flows.stage import LivePlace, bare_place
from tests.contracts.flows.supply_chain import DAY_S, SupplyChain


@pytest.fixture(params=["bare machine", pytest.param("four validators", marks=pytest.mark.e2e)])
def chain(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SupplyChain]:
    if request.param == "bare machine":
        with bare_place() as place:
            yield SupplyChain(place)
    else:
        with development_network(tmp_path / "net", validators=4, block_period_ms=200) as network:
            yield SupplyChain(LivePlace(network.urls[0]))


def test_the_nine_steps_to_the_cent(chain: SupplyChain) -> None:
    chain.prepare()
    parties = {
        "tax": Actor.TAX_OFFICE.address,
        "seller": Actor.SELLER.address,
        "supplier": Actor.SUPPLIER.address,
        "financier": Actor.FINANCIER.address,
        "buyer": chain.buyer,
        "escrow": chain.addresses["escrow"],
        "factoring": chain.addresses["factoring"],
    }

    def gained(since: int) -> dict[str, int]:
        found = {name: chain.gained(address, since=since) for name, address in parties.items()}
        return {name: amount for name, amount in found.items() if amount}

    at = len(chain.record)
    chain.step_1_order()
    assert chain.events("trade", "Proposed")[0]["net"] == 100_000_00
    assert chain.events("trade", "Proposed")[0]["tax"] == 13_000_00
    assert len(chain.events("trade", "Accepted")) == 1
    assert {event["signers"] for event in chain.events("account", "Executed")} == {2}
    assert gained(at) == {}

    at = len(chain.record)
    chain.step_2_fund_and_finance()
    assert gained(at) == {
        "buyer": -33_900_00,
        "escrow": 33_900_00,
        "financier": -20_000_00,
        "seller": 20_000_00,
    }
    assert chain.events("factoring", "Advanced")[0]["price"] == 200_00
    assert chain.events("escrow", "Assigned")[0]["value"] == 20_200_00

    at = len(chain.record)
    chain.step_3_deliver()
    assert (
        chain.events("trade", "Received")[0]["quantity"] * 10_000 // chain.events("trade", "Shipped")[0]["quantity"]
        == 99_20
    )

    chain.step_4_invoice_and_match()
    assert chain.events("trade", "Matched")[0]["net"] == 99_200_00
    assert chain.events("trade", "Matched")[0]["tax"] == 12_896_00
    assert [event["approvals"] for event in chain.events("trade", "ApprovalGiven")] == [1, 2]
    assert chain.events("trade", "Approved")[0]["owed"] == 112_096_00
    assert gained(at) == {}

    assert chain.events("tax_ledger", "Declared")[0]["output_after"] == 12_896_00
    assert chain.events("tax_ledger", "CreditTaken")[0]["input_after"] == 12_896_00

    at = len(chain.record)
    chain.step_5_release()
    released = gained(at)
    assert [event["value"] for event in chain.events("escrow", "LegPaid")] == [12_896_00, 20_200_00]
    assert released == {"escrow": -33_900_00, "tax": 12_896_00, "financier": 20_200_00, "seller": 804_00}
    assert chain.events("factoring", "Divided")[0]["owed_after"] == 0
    assert len(chain.events("fingerprints", "LienDropped")) == 1
    assert chain.events("tax_ledger", "TaxAcknowledged")[0]["paid_after"] == 12_896_00

    at = len(chain.record)
    chain.step_6_confirm_receivable()
    issued = chain.events("receivable", "Issued")[0]
    assert issued["face"] == 112_096_00 - 33_900_00 == 78_196_00
    assert round((issued["due"] - chain.place.now()) / DAY_S) == 90
    assert chain.events("receivable", "Accepted")[0]["live"] == 78_196_00
    assert chain.events("trade", "Settled")[0]["paid"] == 112_096_00

    chain.step_7_endorse_and_sell()
    assert chain.events("receivable", "Endorsed")[0]["amount"] == 40_000_00
    assert chain.events("receivable", "Locked")[0]["amount"] == 38_196_00
    sold = chain.events("factoring", "Advanced")[1]
    assert (sold["value"], sold["held_back"], sold["price"]) == (36_668_16, 1_527_84, 763_92)
    assert gained(at) == {"financier": -36_668_16, "seller": 36_668_16}

    at = len(chain.record)
    chain.step_8_redeem()
    redeemed = gained(at)
    assert redeemed == {
        "buyer": -78_196_00,
        "supplier": 40_000_00,
        "financier": 37_432_08,
        "seller": 763_92,
    }
    assert [event["value"] for event in chain.events("receivable", "PartRedeemed")] == [40_000_00, 38_196_00]
    assert chain.events("receivable", "Redeemed")[0]["face"] == 78_196_00

    whole = gained(chain.played_from)
    assert whole == {
        "buyer": -112_096_00,
        "tax": 12_896_00,
        "supplier": 40_000_00,
        "financier": 200_00 + 763_92,
        "seller": 20_000_00 + 804_00 + 36_668_16 + 763_92,
    }
    assert sum(whole.values()) == 0
    face = chain.events("receivable", "Redeemed")[0]["face"]
    assert released["tax"] + released["financier"] + released["seller"] + face == -whole["buyer"]
    assert redeemed["supplier"] + redeemed["financier"] + redeemed["seller"] == face


def test_nothing_is_left_in_custody_and_no_tax_is_owed(chain: SupplyChain) -> None:
    chain.play()
    for contract in ("escrow", "receivable", "factoring"):
        assert chain.gained(chain.addresses[contract]) == chain.read(contract, "liabilities", chain.token) == 0
    assert chain.read("tax_ledger", "net_vat", Actor.SELLER.address, chain.tax_period) == 0
    assert chain.read("tax_ledger", "net_vat", chain.buyer, chain.tax_period) == -12_896_00
    chain.advance_past(chain.escrow_until)
    chain.do("escrow", "exit", chain.deal, sender=Actor.STRANGER)
    assert chain.events("escrow", "Closed")[0]["held_after"] == 0


def test_goods_are_financed_once(chain: SupplyChain) -> None:
    """While the order's lien stands no credential is issued, and once there is one no lien is taken."""
    chain.play(steps=4)
    assert chain.refused("receivable", "issue", chain.order, 0, sender=Actor.SELLER) == "fingerprints: has a lien"
    chain.step_5_release()
    chain.step_6_confirm_receivable()
    again = chain.ask_for_order_finance()
    chain.do("escrow", "assign", chain.deal, chain.addresses["factoring"], 20_200_00, sender=Actor.SELLER)
    words = chain.refused("factoring", "advance", again, sender=Actor.FINANCIER)
    assert words == "fingerprints: has a credential"
