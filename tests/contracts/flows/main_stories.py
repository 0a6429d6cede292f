"""The main story of each contract that no example tells: money put in, paid out, and nothing left behind.

The rule: a story reads its amounts from events and asserts them itself, so that it does wherever it plays.
"""

from collections.abc import Callable, Mapping
from typing import Final

from contracts import Refusal, load
from contracts.purse_payment import Payment
from node.app.network_folder import DEVELOPMENT_CHAIN_ID
from tests.contracts.flows.play import Actor, Happenings, Play

DAY_S: Final = 24 * 60 * 60
NOBODY: Final = bytes(20)
TERMS: Final = b"terms of business".ljust(32, b"\0")
REFERENCE: Final = b"booking 7".ljust(32, b"\0")


def reserves_reach_a_client_of_another_bank(play: Play) -> None:
    """Central bank, two banks, a client of each: money from reserves to deposits, over, and back to reserves."""
    amount = 5_000_00
    place(play, "rtgs_desk", play.addresses["ecash"], *_addresses(Actor.CENTRAL_BANK, Actor.ARBITER, Actor.INSPECTOR))
    place(play, "interbank_swap", play.addresses["ecash"], Actor.CENTRAL_BANK.address)
    play.do("ecash", "set_quota", play.addresses["rtgs_desk"], amount, sender=Actor.CENTRAL_BANK)
    licensed_until = play.place.now() + 366 * DAY_S
    for label, bank, client in (("first", Actor.BANK, Actor.BUYER), ("second", Actor.FINANCIER, Actor.SELLER)):
        parties = (play.addresses["interbank_swap"], *_addresses(bank, Actor.CENTRAL_BANK))
        token = ("Deposits", "DEP", play.addresses["ecash"], *parties, 100_00, licensed_until)
        place(play, "deposit_token", *token, label=label)
        play.do("interbank_swap", "set_member", play.addresses[label], True, sender=Actor.CENTRAL_BANK)
        play.do("rtgs_desk", "set_bank", bank.address, True, sender=Actor.CENTRAL_BANK)
        play.do(label, "open_account", client.address, False, sender=bank)

    deadline = play.place.now() + DAY_S
    approve_at_the_desk(play, play.do("rtgs_desk", "request", amount, deadline, REFERENCE, sender=Actor.BANK))
    assert play.gained(Actor.BANK.address) == amount
    play.do("ecash", "transfer", Actor.BUYER.address, amount, sender=Actor.BANK)
    allow(play, "first", amount, Actor.BUYER)
    play.do("first", "deposit", amount, sender=Actor.BUYER)
    sent = play.do(
        *("first", "transfer_out", play.addresses["second"], Actor.SELLER.address, amount, deadline, REFERENCE),
        sender=Actor.BUYER,
    )
    accepted = play.do("interbank_swap", "accept", sent.event("interbank_swap", "Opened")["id"], sender=Actor.FINANCIER)
    assert accepted.event("second", "CreditedIn")["held_after"] == amount
    play.do("second", "withdraw", amount, sender=Actor.SELLER)
    play.do("ecash", "transfer", Actor.FINANCIER.address, amount, sender=Actor.SELLER)
    allow(play, "rtgs_desk", amount, Actor.FINANCIER)
    approve_at_the_desk(play, play.do("rtgs_desk", "redeem", amount, deadline, REFERENCE, sender=Actor.FINANCIER))
    assert play.gained(NOBODY) == 0, "issued is redeemed"
    assert_nothing_is_left(play, "rtgs_desk", "interbank_swap", "first", "second")


def approve_at_the_desk(play: Play, asked: Happenings) -> None:
    order = asked.event("rtgs_desk", "Requested")["id"]
    play.do("rtgs_desk", "review", order, sender=Actor.ARBITER)
    play.do("rtgs_desk", "approve", order, sender=Actor.INSPECTOR)


def a_meter_is_read(play: Play) -> None:
    """200 units at 0.03 of a deposit of 50.00."""
    place(play, "metered_utility")
    bring(play, "metered_utility", 50_00, Actor.BUYER)
    terms = {
        "utility": Actor.SELLER.address,
        "meter": Actor.INSPECTOR.address,
        "token": play.addresses["ecash"],
        "tariff": 3,
        "cap": 30_00,
        "period_seconds": 30 * DAY_S,
        "ends": play.place.now() + 90 * DAY_S,
        "first_reading": 5_000,
        "terms_hash": TERMS,
    }
    opened = play.do("metered_utility", "open", terms, 50_00, sender=Actor.BUYER)
    supply = opened.event("metered_utility", "Opened")["id"]
    at, since = play.place.now() + 20 * DAY_S, len(play.record)
    play.advance_past(at)
    signature = Actor.INSPECTOR.sign(play.read("metered_utility", "reading_digest", supply, 5_200, at))
    play.do("metered_utility", "charge", supply, 5_200, at, signature, sender=Actor.STRANGER)
    play.do("metered_utility", "close", supply, sender=Actor.SELLER)
    assert _gains(play, since, Actor.SELLER, Actor.BUYER) == (6_00, 44_00)
    assert_nothing_is_left(play, "metered_utility")


def a_tag_passes_gantries(play: Play) -> None:
    """Two passages on one day, the second up to the cap of a day."""
    place(play, "toll")
    bring(play, "toll", 10_00, Actor.BUYER)
    midnight = (play.place.now() // DAY_S + 1) * DAY_S
    parties = (Actor.SELLER.address, play.addresses["ecash"], Actor.INSPECTOR.address)
    opened = play.do("toll", "open", *parties, 3_00, 5_00, midnight + 30 * DAY_S, 10_00, sender=Actor.BUYER)
    account, since = opened.event("toll", "Opened")["id"], len(play.record)
    play.advance_past(midnight + 2 * 60 * 60)
    for number, gantry in enumerate((b"A1 km 12", b"A1 km 40"), start=1):
        passage = (account, gantry.ljust(32, b"\0"), 3_00, midnight + number * 60 * 60)
        signature = Actor.INSPECTOR.sign(play.read("toll", "passage_digest", *passage))
        play.do("toll", "charge", *passage, signature, sender=Actor.SELLER)
    assert [event["amount"] for event in play.events("toll", "Charged")] == [3_00, 2_00]
    play.do("toll", "close", account, sender=Actor.BUYER)
    play.place.advance(4 * DAY_S)
    play.do("toll", "exit", account, sender=Actor.STRANGER)
    assert _gains(play, since, Actor.SELLER, Actor.BUYER) == (5_00, 5_00)
    assert_nothing_is_left(play, "toll")


def a_guest_comes_and_another_does_not(play: Play) -> None:
    """A fifth of the fee is kept of who came, all of it of who stayed away."""
    place(play, "no_show")
    bring(play, "no_show", 100_00, Actor.BUYER, Actor.SUPPLIER)
    starts = play.place.now() + 10 * DAY_S
    booking = (Actor.SELLER.address, play.addresses["ecash"], 100_00, starts, [(starts - DAY_S, 50_00)], 20_00, TERMS)
    came, stayed_away = (
        play.do("no_show", "book", *booking, sender=guest).event("no_show", "Booked")["id"]
        for guest in (Actor.BUYER, Actor.SUPPLIER)
    )
    since = len(play.record)
    play.advance_past(starts)
    play.do("no_show", "confirm", came, sender=Actor.SELLER)
    play.place.advance(4 * DAY_S)
    play.do("no_show", "exit", stayed_away, sender=Actor.STRANGER)
    assert _gains(play, since, Actor.SELLER, Actor.BUYER, Actor.SUPPLIER) == (120_00, 80_00, 0)
    assert_nothing_is_left(play, "no_show")


def points_are_redeemed_or_end(play: Play) -> None:
    """Points worth 0.05: a shop is paid for some, the issuer gets the money of the rest."""
    place(play, "points", "Points", "PTS", Actor.SELLER.address, play.addresses["ecash"], 5, 1)
    bring(play, "points", 5_00, Actor.SELLER)
    awarded = play.do("points", "award", Actor.BUYER.address, 100, sender=Actor.SELLER)
    since = len(play.record)
    play.do("points", "redeem", 60, Actor.SUPPLIER.address, sender=Actor.BUYER)
    play.place.advance(60 * DAY_S)
    play.do("points", "exit", awarded.event("points", "Awarded")["id"], sender=Actor.STRANGER)
    assert _gains(play, since, Actor.SUPPLIER, Actor.SELLER) == (3_00, 2_00)
    assert_nothing_is_left(play, "points")


def a_pledged_loan_is_repaid(play: Play) -> None:
    place(play, "peer_loan")
    bring(play, "peer_loan", 900_00, Actor.FINANCIER)
    bring(play, "peer_loan", 600_00, Actor.SUPPLIER)
    bring(play, "peer_loan", 1_000_00, Actor.BUYER)
    now, since = play.place.now(), len(play.record)
    terms = {
        "lender": Actor.FINANCIER.address,
        "pledger": Actor.SUPPLIER.address,
        "token": play.addresses["ecash"],
        "principal": 900_00,
        "to_repay": 1_000_00,
        "instalments": 2,
        "first_due": now + 30 * DAY_S,
        "period_seconds": 30 * DAY_S,
        "pledge_token": play.addresses["ecash"],
        "pledge": 600_00,
        "fund_deadline": now + 7 * DAY_S,
        "terms_hash": TERMS,
    }
    loan = play.do("peer_loan", "request", terms, sender=Actor.BUYER).event("peer_loan", "Requested")["id"]
    play.do("peer_loan", "pledge", loan, sender=Actor.SUPPLIER)
    play.do("peer_loan", "fund", loan, sender=Actor.FINANCIER)
    for months in (1, 2):
        play.advance_to(now + (30 * months - 1) * DAY_S)
        play.do("peer_loan", "repay", loan, 500_00, sender=Actor.BUYER)
    assert _gains(play, since, Actor.FINANCIER, Actor.BUYER, Actor.SUPPLIER) == (100_00, -100_00, 0)
    assert_nothing_is_left(play, "peer_loan")


def a_pool_earns_interest(play: Play) -> None:
    """Two depositors, of whom the second comes after the interest and has no part of it."""
    ends = play.place.now() + 365 * DAY_S
    place(play, "liquidity_pool", "Pool", "POOL", play.addresses["ecash"], Actor.FINANCIER.address, ends)
    bring(play, "liquidity_pool", 1_000_00, Actor.BUYER, Actor.SELLER)
    bring(play, "liquidity_pool", 50_00, Actor.FINANCIER)
    since = len(play.record)
    deposited = []
    for depositor in (Actor.BUYER, Actor.SELLER):
        happened = play.do("liquidity_pool", "deposit", 1_000_00, depositor.address, sender=depositor)
        deposited.append(happened.event("liquidity_pool", "Deposit")["shares"])
        if depositor is Actor.BUYER:
            play.do("liquidity_pool", "pay_interest", 50_00, REFERENCE, sender=Actor.FINANCIER)
            play.place.advance(8 * DAY_S)
    for depositor, shares in zip((Actor.BUYER, Actor.SELLER), deposited, strict=True):
        play.do("liquidity_pool", "redeem", shares, depositor.address, depositor.address, sender=depositor)
    earned, none = _gains(play, since, Actor.BUYER, Actor.SELLER)
    assert (earned, none) == (49_99, 0), "rounding stays with the pool"


def a_cover_pays_on_a_fact(play: Play) -> None:
    """Two of three gauges say that enough rain fell."""
    place(play, "conditions")
    place(play, "parametric_premium")
    bring(play, "parametric_premium", 1_000_00, Actor.FINANCIER)
    bring(play, "parametric_premium", 50_00, Actor.BUYER)
    now, since = play.place.now(), len(play.record)
    gauges = (Actor.INSPECTOR, Actor.FIRST_CHECKER, Actor.SECOND_CHECKER)
    asked = play.do(
        *("conditions", "prepare", TERMS, list(_addresses(*gauges)), 2, now + 60 * DAY_S, 0), sender=Actor.FINANCIER
    )
    question = asked.event("conditions", "Prepared")["id"]
    agreed = (Actor.BUYER.address, play.addresses["ecash"], 50_00, 1_000_00, play.addresses["conditions"], question)
    offered = play.do("parametric_premium", "offer", *agreed, 180, now + 5 * DAY_S, TERMS, sender=Actor.FINANCIER)
    cover = offered.event("parametric_premium", "Offered")["id"]
    play.do("parametric_premium", "buy", cover, sender=Actor.BUYER)
    for gauge in gauges[:2]:
        play.do("conditions", "attest", question, 200, REFERENCE, sender=gauge)
    play.do("parametric_premium", "settle", cover, sender=Actor.STRANGER)
    assert _gains(play, since, Actor.BUYER, Actor.FINANCIER) == (950_00, -950_00)
    assert_nothing_is_left(play, "parametric_premium")


def a_purse_pays_off_line(play: Play) -> None:
    """Two payments between devices, presented by a stranger; the rest of the purse goes back."""
    place(play, "offline_purse")
    bring(play, "offline_purse", 20_00, Actor.BUYER)
    device = (Actor.DIRECTOR.address, 0, 0)
    expiry = play.place.now() + 7 * DAY_S
    issued = play.do(
        *("offline_purse", "issue", play.addresses["ecash"], 20_00, *device, expiry, 2 * DAY_S), sender=Actor.BUYER
    )
    purse, since = issued.event("offline_purse", "Issued")["id"], len(play.record)
    payments = [Payment(1, 3_00, Actor.SELLER.address, REFERENCE), Payment(2, 2_00, Actor.SUPPLIER.address)]
    contract = play.addresses["offline_purse"]
    signatures = [
        Actor.DIRECTOR.sign(each.digest(chain_id=DEVELOPMENT_CHAIN_ID, contract=contract, id=purse))
        for each in payments
    ]
    presented = [(each.counter, each.amount, each.payee, each.memo) for each in payments]
    play.do("offline_purse", "redeem", purse, presented, signatures, sender=Actor.STRANGER)
    play.advance_past(expiry + 2 * DAY_S)
    play.do("offline_purse", "exit", purse, sender=Actor.STRANGER)
    assert _gains(play, since, Actor.SELLER, Actor.SUPPLIER, Actor.BUYER) == (3_00, 2_00, 15_00)
    assert_nothing_is_left(play, "offline_purse")


def a_rate_is_held_and_delivered(play: Play) -> None:
    """100.00 for 160.37 of another currency, a week after the rate was signed."""
    place(play, "fx_desk")
    play.deploy("ecash", "Dragon", "DRG", 2, Actor.CENTRAL_BANK.address, NOBODY, NOBODY, label="dragons")
    play.do("dragons", "set_quota", Actor.CENTRAL_BANK.address, 160_37, sender=Actor.CENTRAL_BANK)
    play.do("dragons", "mint", Actor.FINANCIER.address, 160_37, sender=Actor.CENTRAL_BANK)
    play.do("dragons", "approve", play.addresses["fx_desk"], 160_37, sender=Actor.FINANCIER)
    bring(play, "fx_desk", 100_00, Actor.BUYER)
    now, since = play.place.now(), len(play.record)
    quote = {
        "dealer": Actor.FINANCIER.address,
        "taker": NOBODY,
        "pays": play.addresses["ecash"],
        "gives": play.addresses["dragons"],
        "numerator": 160_37,
        "denominator": 100_00,
        "least": 1_00,
        "most": 1_000_00,
        "expires": now + DAY_S,
        "deliver_by": now + 10 * DAY_S,
        "nonce": 1,
    }
    signature = Actor.FINANCIER.sign(play.read("fx_desk", "quote_digest", quote))
    held = play.do("fx_desk", "hold", quote, signature, 100_00, sender=Actor.BUYER).event("fx_desk", "RateHeld")
    play.advance_to(now + 7 * DAY_S)
    given = play.do("fx_desk", "deliver", held["id"], sender=Actor.FINANCIER).event("fx_desk", "Delivered")
    assert (given["paid"], given["given"]) == (100_00, 160_37)
    assert _gains(play, since, Actor.FINANCIER, Actor.BUYER) == (100_00, -100_00)
    assert_nothing_is_left(play, "fx_desk")


def a_listed_payee_is_refused(play: Play) -> None:
    """And paid once it is off the list; the rule is gone at the end."""
    deny, no_rule, listed = 4, 0, b"sanctioned".ljust(32, b"\0")
    play.issue(Actor.BUYER.address, 10_00)
    payment = ("ecash", "transfer", Actor.SELLER.address, 10_00)
    play.do("policy", "open_list", listed, Actor.INSPECTOR.address, sender=Actor.CENTRAL_BANK)
    play.do("policy", "set_rule", 3, deny, listed, sender=Actor.CENTRAL_BANK)
    put = play.do("policy", "set_list", listed, Actor.SELLER.address, True, sender=Actor.INSPECTOR)
    version = put.event("policy", "Listed")["version"]
    assert play.refused(*payment, sender=Actor.BUYER) == str(Refusal(21, 3, version))
    play.do("policy", "set_list", listed, Actor.SELLER.address, False, sender=Actor.INSPECTOR)
    assert play.do(*payment, sender=Actor.BUYER).event("ecash", "Transfer")["value"] == 10_00
    play.do("policy", "set_rule", 3, no_rule, bytes(32), sender=Actor.CENTRAL_BANK)


def a_payment_waits_in_the_timelock(play: Play) -> None:
    """Queued by the central bank, made by anybody two days later."""
    play.issue(play.addresses["timelock"], 10_00)
    since = len(play.record)
    payment = load("ecash").encode_call("transfer", Actor.SELLER.address, 10_00)
    queued = play.do("timelock", "queue", play.addresses["ecash"], payment, sender=Actor.CENTRAL_BANK)
    operation = queued.event("timelock", "Queued")
    early = play.refused("timelock", "execute", operation["id"], payment, sender=Actor.STRANGER)
    assert early == "timelock: not ready"
    play.advance_past(operation["ready_at"])
    play.do("timelock", "execute", operation["id"], payment, sender=Actor.STRANGER)
    assert _gains(play, since, Actor.SELLER) == (10_00,)


def place(play: Play, name: str, *arguments: object, label: str = "") -> None:
    """Deploys a contract, and the central bank lists it as custody."""
    address = play.deploy(name, *arguments, label=label)
    play.do("directory", "set_custodian", address, True, sender=Actor.CENTRAL_BANK)


def bring(play: Play, contract: str, amount: int, *actors: Actor) -> None:
    """Each has so much more money and lets the contract take it."""
    for actor in actors:
        play.issue(actor.address, amount)
        allow(play, contract, amount, actor)


def allow(play: Play, contract: str, amount: int, actor: Actor) -> None:
    play.do("ecash", "approve", play.addresses[contract], amount, sender=actor)


def assert_nothing_is_left(play: Play, *contracts: str) -> None:
    for contract in contracts:
        liabilities = play.read(contract, "liabilities", play.addresses["ecash"])
        assert play.gained(play.addresses[contract]) == liabilities == 0, contract


def _gains(play: Play, since: int, *actors: Actor) -> tuple[int, ...]:
    return tuple(play.gained(actor.address, since=since) for actor in actors)


def _addresses(*actors: Actor) -> tuple[bytes, ...]:
    return tuple(actor.address for actor in actors)


MAIN_STORIES: Final[Mapping[str, Callable[[Play], None]]] = {
    story.__name__: story
    for story in (
        reserves_reach_a_client_of_another_bank,
        a_meter_is_read,
        a_tag_passes_gantries,
        a_guest_comes_and_another_does_not,
        points_are_redeemed_or_end,
        a_pledged_loan_is_repaid,
        a_pool_earns_interest,
        a_cover_pays_on_a_fact,
        a_purse_pays_off_line,
        a_rate_is_held_and_delivered,
        a_listed_payee_is_refused,
        a_payment_waits_in_the_timelock,
    )
}
