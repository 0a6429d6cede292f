"""A guest leaves a deposit with nobody: the hotel gets of it only what damage the guest admits or an arbiter grants.

At check-out the hotel claims a broken lamp, and the rest of the deposit goes back at once. The guest contests the
claim, and the arbiter grants half. After a second stay the hotel forgets about the deposit; it comes back by itself.

    python -m contracts.examples.hotel_deposit
"""

from typing import Final

from contracts.addresses import ECASH
from contracts.bindings import bytes32
from contracts.examples.town import DAY_S, Town, run
from contracts.typed import HotelDeposit

DEPOSIT: Final = 300_00
CLAIMED: Final = 120_00
GRANTED: Final = 60_00
ANSWER_S: Final = 7 * DAY_S
HOUSE_RULES: Final = bytes32("house rules")
PHOTOGRAPH: Final = bytes32("photograph of the lamp")
IT_WAS_CRACKED: Final = bytes32("it was cracked before")


def story(town: Town) -> None:
    guest, hotel, arbiter = town.person("guest"), town.person("hotel"), town.person("arbiter")
    town.issue(guest, 2 * DEPOSIT)
    address = town.deploy(hotel, "hotel_deposit")
    as_guest, as_hotel = HotelDeposit(guest.chain, address), HotelDeposit(hotel.chain, address)
    town.ecash(guest).approve(address, 2 * DEPOSIT)

    def check_in() -> bytes:
        check_out = town.now() + 3 * DAY_S
        return as_guest.open(hotel.address, arbiter.address, ECASH, DEPOSIT, check_out, ANSWER_S, HOUSE_RULES).id

    stay = check_in()
    town.show("The guest checks in and puts a deposit aside")
    town.refused("A claim before check-out", lambda: as_hotel.claim_damage(stay, CLAIMED, PHOTOGRAPH))
    town.wait(3 * DAY_S, "check-out")
    as_hotel.claim_damage(stay, CLAIMED, PHOTOGRAPH)
    moved = town.show("The hotel claims 120.00 for a broken lamp; the rest goes back at once")
    town.expect(moved == {"guest": DEPOSIT - CLAIMED}, "only what is claimed stays")
    as_guest.contest(stay, IT_WAS_CRACKED)
    HotelDeposit(arbiter.chain, address).rule(stay, GRANTED)
    moved = town.show("The guest contests it, and the arbiter grants half")
    town.expect(moved == {"hotel": GRANTED, "guest": CLAIMED - GRANTED}, "the claim is divided as ruled")

    second = check_in()
    town.show("The guest comes again")
    town.wait(60 * DAY_S, "the hotel has never asked for anything")
    HotelDeposit(arbiter.chain, address).exit(second)
    moved = town.show("The deposit comes back; anybody may send it home, here the arbiter does")
    town.expect(moved == {"guest": DEPOSIT}, "silence gives it all back")
    town.expect(as_guest.liabilities(ECASH) == 0, "the contract holds nothing any more")


if __name__ == "__main__":
    run(story, __doc__)
