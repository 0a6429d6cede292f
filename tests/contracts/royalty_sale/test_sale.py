"""A work from its registration to its second owner."""

import pytest

from contracts import load
from tests.contracts.deal_room import CONTRACT, HASH, STRANGER, TEN_YEARS, UNKNOWN, WEALTH, Room
from tests.contracts.moods import HONEST
from tests.contracts.placed import HOSTILE_MOODS, Placed, now, wait
from tests.contracts.royalty_sale.works import (
    ANYONE,
    BUYER,
    CREATOR,
    FEE,
    MARKET,
    OPEN,
    PRICE,
    RIVAL,
    ROYALTY,
    SELLER,
    TERM,
    new_room,
    number,
    offered,
    owned,
)

NO_OFFER = {"seller": bytes(20), "buyer": bytes(20), "token": bytes(20), "price": 0, "deadline": 0, "state": 0}


@pytest.fixture
def room() -> Room:
    return new_room()


def test_a_market_names_its_account_and_a_fee_within_ten_percent() -> None:
    for arguments, refusal in (
        ((bytes(20), 0), "royalty_sale: not a market"),
        ((CONTRACT, 0), "royalty_sale: not a market"),
        ((MARKET, 10_01), "royalty_sale: fee out of range"),
    ):
        with pytest.raises(Exception, match=refusal):
            Placed(load("royalty_sale"), CONTRACT, *arguments)
    market = Placed(load("royalty_sale"), CONTRACT, MARKET, 10_00)
    assert (market.read("market"), market.read("fee_basis_points")) == (MARKET, 10_00)


def test_a_work_is_registered_with_its_creator_as_owner(room: Room) -> None:
    foretold = room.read("next_id", CREATOR)
    outcome = room.attempt("register", ROYALTY, HASH, sender=CREATOR)
    assert outcome.result == foretold
    assert outcome.event("Registered").arguments == {
        "id": foretold,
        "creator": CREATOR,
        "royalty_basis_points": ROYALTY,
        "content": HASH,
    }
    assert outcome.event("Transfer").arguments == {
        "sender": bytes(20),
        "receiver": CREATOR,
        "tokenId": number(foretold),
    }
    assert room.read("work", foretold) == {"creator": CREATOR, "royalty_basis_points": ROYALTY, "content": HASH}
    assert room.read("ownerOf", number(foretold)) == CREATOR
    assert room.read("balanceOf", CREATOR) == 1
    room.refused("royalty_sale: royalty out of range", "register", 50_01, HASH, sender=CREATOR)
    room.refused("royalty_sale: no content", "register", 0, bytes(32), sender=CREATOR)
    assert room.attempt("ownerOf", number(UNKNOWN)).words == "royalty_sale: no such work"


def test_the_royalty_is_what_erc_2981_says(room: Room) -> None:
    id = owned(room)
    assert room.read("royaltyInfo", number(id), 10_000) == (CREATOR, 750)
    assert room.read("royaltyInfo", number(id), 20) == (CREATOR, 2)
    assert room.read("royaltyInfo", number(id), 19) == (CREATOR, 1)
    for interface, spoken in (("01ffc9a7", True), ("2a55205a", True), ("80ac58cd", False), ("ffffffff", False)):
        assert room.read("supportsInterface", bytes.fromhex(interface)) is spoken


def test_an_offer_is_recorded_and_logged(room: Room) -> None:
    id, deadline = owned(room), now() + TERM
    logged = room.event("Offered", "offer", id, BUYER, room.token.address, PRICE, deadline, sender=SELLER)
    offer = {"seller": SELLER, "buyer": BUYER, "token": room.token.address, "price": PRICE, "deadline": deadline}
    assert logged == {"id": id, **offer}
    assert room.read("offered", id) == {**offer, "state": OPEN}
    assert (room.read("last_deadline", id), room.read("held", id)) == (deadline, 0)


def test_bad_offers_are_refused(room: Room) -> None:
    id, token, end = owned(room), room.token.address, now() + TERM
    room.refused("royalty_sale: no such work", "offer", UNKNOWN, ANYONE, token, 1, end, sender=SELLER)
    room.refused("royalty_sale: not the owner", "offer", id, ANYONE, token, 1, end, sender=CREATOR)
    for arguments, refusal in (
        ((SELLER, token, 1, end), "royalty_sale: not a buyer"),
        ((CONTRACT, token, 1, end), "royalty_sale: not a buyer"),
        ((ANYONE, STRANGER, 1, end), "royalty_sale: not a token"),
        ((ANYONE, CONTRACT, 1, end), "royalty_sale: not a token"),
        ((ANYONE, token, 0, end), "royalty_sale: no price"),
        ((ANYONE, token, 2**128 + 1, end), "royalty_sale: price out of range"),
        ((ANYONE, token, 1, now()), "deadlines: has passed already"),
        ((ANYONE, token, 1, now() + TEN_YEARS + 1), "deadlines: too far ahead"),
    ):
        room.refused(refusal, "offer", id, *arguments, sender=SELLER)


def test_a_sale_divides_the_price_exactly(room: Room) -> None:
    """7.5 % and 2.5 % of 1,000.01 are 75.00075 and 25.00025."""
    id = offered(room)
    outcome = room.attempt("buy", id, room.token.address, PRICE, sender=BUYER)
    assert outcome.event("Sold").arguments == {
        "id": id,
        "seller": SELLER,
        "buyer": BUYER,
        "token": room.token.address,
        "price": PRICE,
        "royalty": 75_00,
        "fee": 25_00,
        "to_seller": 900_01,
    }
    assert outcome.event("Transfer").arguments == {"sender": SELLER, "receiver": BUYER, "tokenId": number(id)}
    assert room.read("ownerOf", number(id)) == BUYER
    assert [room.read("balanceOf", who) for who in (CREATOR, SELLER, BUYER)] == [0, 0, 1]
    assert [room.gain(who) for who in (CREATOR, MARKET, SELLER, BUYER)] == [75_00, 25_00, 900_01, -PRICE]
    assert (room.read("offered", id), room.liabilities()) == (NO_OFFER, 0)
    room.refused("royalty_sale: not on sale", "buy", id, room.token.address, PRICE, sender=RIVAL)


@pytest.mark.parametrize("price", [*range(1, 12), 2**128])
def test_the_dearest_shares_never_exceed_the_price(price: int) -> None:
    room = Room("royalty_sale", (), MARKET, 10_00)
    room.token.do("mint", BUYER, price)
    id = offered(room, price=price, royalty=50_00)
    sold = room.event("Sold", "buy", id, room.token.address, price, sender=BUYER)
    assert sold["royalty"] + sold["fee"] + sold["to_seller"] == price
    assert sold["royalty"] == room.read("royaltyInfo", number(id), price)[1]


def test_what_is_not_offered_is_not_sold(room: Room) -> None:
    token = room.token.address
    id = offered(room, buyer=BUYER)
    room.refused("royalty_sale: for somebody else", "buy", id, token, PRICE, sender=RIVAL)
    room.refused("royalty_sale: offer has changed", "buy", id, token, PRICE - 1, sender=BUYER)
    room.refused("royalty_sale: offer has changed", "buy", id, STRANGER, PRICE, sender=BUYER)
    open_to_all = offered(room)
    room.refused("royalty_sale: not a buyer", "buy", open_to_all, token, PRICE, sender=SELLER)
    room.token.do("set_mode", HOSTILE_MOODS["takes a fee"])
    room.refused("claims: less arrived than was sent", "buy", id, token, PRICE, sender=BUYER)
    room.token.do("set_mode", HONEST)
    wait(TERM + 1)
    room.refused("royalty_sale: deadline has passed", "buy", id, token, PRICE, sender=BUYER)
    assert room.gain(BUYER) == 0


def test_a_buyer_can_pay_in_the_last_second(room: Room) -> None:
    id = offered(room)
    wait(TERM)
    room.refused("royalty_sale: deadline not passed", "exit", id)
    room.do("buy", id, room.token.address, PRICE, sender=BUYER)


def test_an_offer_is_taken_back_by_its_owner_and_cleared_by_anyone_when_it_is_over(room: Room) -> None:
    id = offered(room)
    room.refused("royalty_sale: not the owner", "withdraw", id, sender=CREATOR)
    assert room.event("Withdrawn", "withdraw", id, sender=SELLER) == {"id": id, "seller": SELLER, "by": SELLER}
    room.refused("royalty_sale: not on sale", "withdraw", id, sender=SELLER)
    other = offered(room)
    wait(TERM + 1)
    assert room.event("Withdrawn", "exit", other, sender=STRANGER) == {"id": other, "seller": SELLER, "by": STRANGER}
    room.refused("royalty_sale: not on sale", "exit", other)
    assert room.read("ownerOf", number(other)) == SELLER


def test_a_work_given_away_is_no_longer_on_sale(room: Room) -> None:
    id = offered(room)
    for sender, of in ((CREATOR, CREATOR), (CREATOR, SELLER), (SELLER, CREATOR)):
        room.refused("royalty_sale: not the owner", "transferFrom", of, RIVAL, number(id), sender=sender)
    for receiver in (bytes(20), CONTRACT):
        room.refused("royalty_sale: not a receiver", "transferFrom", SELLER, receiver, number(id), sender=SELLER)
    room.do("transferFrom", SELLER, RIVAL, number(id), sender=SELLER)
    assert room.read("ownerOf", number(id)) == RIVAL
    room.refused("royalty_sale: not on sale", "buy", id, room.token.address, PRICE, sender=BUYER)


def test_a_creator_that_cannot_be_paid_does_not_stop_a_sale(room: Room) -> None:
    id = offered(room)
    room.token.do("block", CREATOR)
    room.do("buy", id, room.token.address, PRICE, sender=BUYER)
    assert (room.owed(CREATOR), room.liabilities(), room.gain(SELLER)) == (75_00, 75_00, 900_01)
    room.token.do("set_mode", HONEST)
    room.do("claim", room.token.address, CREATOR)
    assert (room.gain(CREATOR), room.liabilities()) == (75_00, 0)


def test_nothing_re_enters_while_money_moves(room: Room) -> None:
    id, other = offered(room), offered(room)
    wait(TERM)
    room.nothing_reenters(
        "buy", id, room.token.address, PRICE, sender=BUYER, entered=["buy", other, room.token.address, PRICE]
    )
    assert room.read("ownerOf", number(other)) == SELLER
    assert room.token.read("balanceOf", BUYER) == WEALTH - PRICE


def test_the_fee_is_on_the_whole_price(room: Room) -> None:
    assert room.read("fee_basis_points") == FEE
    id = offered(room, price=1, royalty=0)
    sold = room.event("Sold", "buy", id, room.token.address, 1, sender=BUYER)
    assert (sold["royalty"], sold["fee"], sold["to_seller"]) == (0, 0, 1)
