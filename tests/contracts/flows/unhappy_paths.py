"""What the supply-chain flow comes to where somebody does not deliver, does not agree, is silent, late or frozen.

The rule: a path reads its amounts from events and asserts them itself, so that it does wherever it plays.
"""

from collections.abc import Callable, Mapping
from typing import Final

from tests.contracts.flows.play import Actor
from tests.contracts.flows.supply_chain import (
    ADVANCE_ON_ORDER,
    DAY_S,
    FEE_ON_ORDER,
    GROSS,
    NET,
    QUANTITY,
    REPORT,
    STAGE_ONE,
    TO_SELL,
    TO_SUPPLIER,
    WAYBILL,
    SupplyChain,
)
from tests.contracts.trade.market import typed_digest_of

LIEN: Final = ADVANCE_ON_ORDER + FEE_ON_ORDER
REASON: Final = b"short by a tenth".ljust(32, b"\0")
CASE: Final = b"case 7".ljust(32, b"\0")
SETTLEMENT: Final = "Settlement(bytes32 id,uint256 net,uint256 due,uint256 deadline)"


def gained(chain: SupplyChain, actor: Actor, since: int) -> int:
    return chain.gained(actor.address, since=since)


def no_delivery_refunds_the_buyer_and_the_advance_becomes_recourse(chain: SupplyChain) -> None:
    chain.play(steps=2)
    at = len(chain.record)
    chain.advance_past(chain.escrow_until)
    chain.do("trade", "cancel", chain.order, sender=Actor.STRANGER)
    chain.do("escrow", "exit", chain.deal, sender=Actor.STRANGER)
    assert chain.gained(chain.buyer, since=at) == STAGE_ONE
    assert chain.events("escrow", "Refunded")[0]["held_after"] == 0

    defaulted = chain.do("factoring", "declare_default", chain.order_financing, sender=Actor.STRANGER)
    assert defaulted.event("factoring", "Defaulted")["owed"] == LIEN
    chain.issue(Actor.SELLER.address, FEE_ON_ORDER)
    chain.do("ecash", "approve", chain.addresses["factoring"], LIEN, sender=Actor.SELLER)
    at = len(chain.record)
    chain.do("factoring", "recourse", chain.order_financing, LIEN, sender=Actor.FINANCIER)
    assert (gained(chain, Actor.FINANCIER, at), gained(chain, Actor.SELLER, at)) == (LIEN, -LIEN)
    assert chain.events("factoring", "Settled")[0]["financier"] == Actor.FINANCIER.address
    assert chain.events("fingerprints", "LienDropped")[0]["lien_id"] == chain.order_financing


def mismatched(chain: SupplyChain) -> None:
    """A tenth is missing, and the seller invoices all of it."""
    chain.play(steps=2)
    chain.step_3_deliver(arrived=QUANTITY * 9 // 10)
    chain.invoice(NET, GROSS - NET)
    assert chain.refused("trade", "match", chain.order, sender=Actor.SELLER) == "trade: short delivery"
    chain.by_buyer("trade", "dispute", chain.order, REASON)
    chain.by_buyer("escrow", "dispute", chain.deal)


def a_mismatch_ends_in_a_ruling(chain: SupplyChain) -> None:
    mismatched(chain)
    ruled = chain.do("trade", "rule", chain.order, 90_000_00, sender=Actor.ARBITER)
    assert ruled.event("trade", "Approved")["owed"] == 101_700_00
    at = len(chain.record)
    chain.do("escrow", "rule", chain.deal, STAGE_ONE, sender=Actor.ARBITER)
    # What was agreed before still holds: 13,000.00 of tax first, then the lien, then the seller.
    assert [event["value"] for event in chain.events("escrow", "LegPaid")] == [13_000_00, LIEN]
    assert gained(chain, Actor.TAX_OFFICE, at) == 13_000_00
    assert gained(chain, Actor.SELLER, at) == STAGE_ONE - 13_000_00 - LIEN
    chain.do("factoring", "waterfall", chain.order_financing, sender=Actor.STRANGER)
    assert gained(chain, Actor.FINANCIER, at) == LIEN
    chain.do("trade", "acknowledge", chain.order, STAGE_ONE, chain.deal, sender=Actor.SELLER)
    chain.step_6_confirm_receivable()
    assert chain.events("receivable", "Issued")[0]["face"] == 101_700_00 - STAGE_ONE


def a_mismatch_ends_in_an_agreed_split(chain: SupplyChain) -> None:
    mismatched(chain)
    expiry = chain.place.now() + DAY_S
    values = [chain.order, 88_000_00, chain.due, expiry]
    domain = chain.read("trade", "DOMAIN_SEPARATOR")
    digest = typed_digest_of(domain, SETTLEMENT, ["bytes32", "uint256", "uint256", "uint256"], values)
    signatures = [chain.signed_by_buyer(digest), Actor.SELLER.sign(digest)]
    settled = chain.do("trade", "settle_agreed", *values, *signatures, sender=Actor.STRANGER)
    assert settled.event("trade", "Approved")["owed"] == 99_440_00

    to_payee, to_payer = 33_200_00, 700_00
    digest = chain.read("escrow", "settlement_digest", chain.deal, to_payee, to_payer, expiry)
    signatures = [chain.signed_by_buyer(digest), Actor.SELLER.sign(digest)]
    at = len(chain.record)
    chain.do("escrow", "settle_agreed", chain.deal, to_payee, to_payer, expiry, *signatures, sender=Actor.STRANGER)
    assert chain.gained(chain.buyer, since=at) == to_payer
    assert gained(chain, Actor.SELLER, at) + gained(chain, Actor.TAX_OFFICE, at) + LIEN == to_payee
    assert chain.gained(chain.addresses["factoring"], since=at) == LIEN


def a_silent_buyer_has_accepted(chain: SupplyChain) -> None:
    """Inspection, approval and release all go on without the buyer, its inspector and its checkers."""
    chain.play(steps=2)
    chain.do("trade", "ship", chain.order, QUANTITY, WAYBILL, sender=Actor.SELLER)
    chain.do("escrow", "submit", chain.deal, 0, WAYBILL, sender=Actor.SELLER)
    chain.advance_past(chain.read("trade", "last_deadline", chain.order))
    late = chain.refused("trade", "receive", chain.order, QUANTITY, REPORT, sender=Actor.INSPECTOR)
    assert late == "trade: inspection is over"
    chain.do("trade", "accept_deemed", chain.order, sender=Actor.STRANGER)
    chain.invoice(NET, GROSS - NET)
    chain.do("trade", "match", chain.order, sender=Actor.SELLER)
    chain.advance_past(chain.read("trade", "last_deadline", chain.order))
    deemed = chain.do("trade", "approve_deemed", chain.order, sender=Actor.STRANGER)
    assert deemed.event("trade", "Approved")["owed"] == GROSS
    at = len(chain.record)
    chain.do("escrow", "approve_deemed", chain.deal, 0, sender=Actor.STRANGER)
    assert gained(chain, Actor.SELLER, at) == STAGE_ONE - (GROSS - NET) - LIEN


def a_late_payment_bears_a_penalty(chain: SupplyChain) -> None:
    """Five basis points a day begun, to whoever is paid late."""
    chain.play(steps=7)
    chain.allow_redemption()
    chain.advance_to(chain.due + 3 * DAY_S - 60)
    at = len(chain.record)
    for part in (chain.suppliers_part, chain.credential):
        chain.do("receivable", "redeem", part, sender=Actor.STRANGER)
    assert [event["penalty"] for event in chain.events("receivable", "PartRedeemed")] == [60_00, 57_29]
    chain.do("factoring", "waterfall", chain.invoice_financing, sender=Actor.STRANGER)
    assert gained(chain, Actor.SUPPLIER, at) == TO_SUPPLIER + 60_00
    assert gained(chain, Actor.FINANCIER, at) == 37_432_08
    assert gained(chain, Actor.SELLER, at) == 763_92 + 57_29
    assert chain.gained(chain.buyer, since=at) == -(TO_SUPPLIER + TO_SELL + 60_00 + 57_29)


def an_order_paid_late_has_its_penalty_recorded(chain: SupplyChain) -> None:
    chain.play(steps=5)
    chain.advance_past(chain.due + DAY_S)
    recorded = chain.do("trade", "record_penalty", chain.order, sender=Actor.STRANGER)
    # 78,196.00 at 5 basis points for each of two days begun.
    assert recorded.event("trade", "PenaltyRecorded")["value"] == 78_20
    chain.do("trade", "acknowledge", chain.order, 78_196_00 + 78_20, chain.deal, sender=Actor.SELLER)
    assert chain.events("trade", "Settled")[0]["paid"] == 112_096_00 + 78_20


def a_default_becomes_recourse(chain: SupplyChain) -> None:
    """The buyer never pays: the supplier has recourse to the seller who endorsed, the financier to the seller too."""
    chain.play(steps=7)
    chain.advance_past(chain.due + 10 * DAY_S)
    unpaid = chain.refused("receivable", "redeem", chain.suppliers_part, sender=Actor.SUPPLIER)
    assert unpaid
    chain.do("receivable", "declare_default", chain.credential, sender=Actor.STRANGER)
    chain.do("factoring", "declare_default", chain.invoice_financing, sender=Actor.STRANGER)
    chain.issue(Actor.SELLER.address, 50_000_00)
    for contract, amount in (("receivable", TO_SUPPLIER), ("factoring", 37_432_08)):
        chain.do("ecash", "approve", chain.addresses[contract], amount, sender=Actor.SELLER)
    at = len(chain.record)
    seller = Actor.SELLER.address
    chain.do("receivable", "recourse", chain.suppliers_part, seller, sender=Actor.SUPPLIER)
    chain.do("factoring", "recourse", chain.invoice_financing, 37_432_08, sender=Actor.FINANCIER)
    assert gained(chain, Actor.SUPPLIER, at) == TO_SUPPLIER
    assert gained(chain, Actor.FINANCIER, at) == 37_432_08
    # Only the seller undoes its lock. Had it vanished, the part would be paid to the desk, and anyone divides that.
    chain.do("factoring", "release_pledge", chain.invoice_financing, sender=Actor.SELLER)

    # The seller now holds all of the debt, and is paid should the buyer ever pay.
    at = len(chain.record)
    chain.allow_redemption()
    for part in (chain.suppliers_part, chain.credential):
        chain.do("receivable", "redeem", part, sender=Actor.STRANGER)
    penalties = sum(event["penalty"] for event in chain.events("receivable", "PartRedeemed"))
    assert gained(chain, Actor.SELLER, at) == TO_SUPPLIER + TO_SELL + penalties
    assert chain.events("receivable", "Redeemed")[0]["face"] == TO_SUPPLIER + TO_SELL


def a_frozen_payee_has_a_claim(chain: SupplyChain) -> None:
    chain.play(steps=7)
    supplier, receivable = Actor.SUPPLIER.address, chain.addresses["receivable"]
    chain.do("ecash", "freeze_claims", supplier, CASE, sender=Actor.FREEZER)
    at = len(chain.record)
    chain.step_8_redeem()
    [credited] = chain.events("receivable", "ClaimCredited")
    assert (credited["who"], credited["amount"]) == (supplier, TO_SUPPLIER)
    assert (gained(chain, Actor.SUPPLIER, at), gained(chain, Actor.FINANCIER, at)) == (0, 37_432_08)
    assert chain.gained(receivable) == chain.read("receivable", "liabilities", chain.token) == TO_SUPPLIER
    claim = ("receivable", "claim", chain.token, supplier)
    assert chain.refused(*claim, sender=Actor.SUPPLIER) == "claims: transfer still refused"

    chain.do("ecash", "unfreeze_claims", supplier, CASE, sender=Actor.FREEZER)
    chain.do(*claim, sender=Actor.STRANGER)
    assert gained(chain, Actor.SUPPLIER, at) == TO_SUPPLIER
    assert chain.gained(receivable) == chain.read("receivable", "liabilities", chain.token) == 0


UNHAPPY_PATHS: Final[Mapping[str, Callable[[SupplyChain], None]]] = {
    path.__name__: path
    for path in (
        no_delivery_refunds_the_buyer_and_the_advance_becomes_recourse,
        a_mismatch_ends_in_a_ruling,
        a_mismatch_ends_in_an_agreed_split,
        a_silent_buyer_has_accepted,
        a_late_payment_bears_a_penalty,
        an_order_paid_late_has_its_penalty_recorded,
        a_default_becomes_recourse,
        a_frozen_payee_has_a_claim,
    )
}
