"""A viewer pays a film by the second: 100,000 payments that never touch the chain, and two transactions that do.

Each payment is a state that the viewer signs and the cinema checks and keeps. In the end the viewer closes the
channel as if it had watched nothing. The cinema shows the newest state, which the viewer signed itself, and for the
lie gets the whole deposit.

    python -m contracts.examples.payment_channel
"""

import time
from typing import Final

from coincurve import PublicKey
from eth_utils.crypto import keccak

from contracts.addresses import ECASH
from contracts.channel_state import Newest, Signing, State
from contracts.examples.town import DAY_S, Person, Town, money, run
from contracts.typed import Channel
from contracts.typed_data import to_recoverable

PAYMENTS: Final = 100_000
PRICE: Final = 1
"""A cent a payment."""
DEPOSIT: Final = 1_500_00


def story(town: Town, payments: int = PAYMENTS) -> None:
    viewer, cinema = town.person("viewer"), town.person("cinema")
    town.issue(viewer, DEPOSIT)
    address = town.deploy(cinema, "channel")
    as_viewer, as_cinema = Channel(viewer.chain, address), Channel(cinema.chain, address)

    town.ecash(viewer).approve(address, DEPOSIT)
    channel = as_viewer.open(cinema.address, ECASH, DEPOSIT, DAY_S, town.now() + 30 * DAY_S).id
    moved = town.show("The viewer opens a channel with a deposit")
    town.expect(moved == {"viewer": -DEPOSIT}, "the deposit is in the channel")

    signing = Signing(town.place.chain_id, address, channel)
    began = time.monotonic()
    proof = watch(viewer, cinema, signing, payments)
    took = time.monotonic() - began
    watched = proof.proven.payee_balance
    town.say(
        f"{payments:,} payments of {money(PRICE)}, each signed by one and checked by the other, "
        f"in {took:.1f} s: {payments / took:,.0f} a second, {money(watched)} in all, and no transaction"
    )
    town.expect(watched == payments * PRICE, "the newest state counts every payment")

    opening = State(0, DEPOSIT, 0)
    as_viewer.close(channel, opening, 0, b"")
    town.say("The viewer closes the channel and says that it owes nothing")
    as_cinema.challenge(channel, proof.proven, proof.signature)
    moved = town.show("The cinema shows the newest state within the day; who closed with a lie forfeits its share")
    town.expect(moved == {"cinema": DEPOSIT}, "the cinema has the whole deposit")
    town.expect(as_cinema.held(channel) == 0, "the channel holds nothing any more")


def watch(viewer: Person, cinema: Person, signing: Signing, payments: int) -> Newest:
    """What the cinema holds after so many payments: the newest state, and the viewer's signature of it."""
    viewers = Newest.opened(is_payer=True, payer_deposit=DEPOSIT)
    cinemas = Newest.opened(is_payer=False, payer_deposit=DEPOSIT)
    for _ in range(payments):
        viewers = viewers.give(PRICE)
        signature = viewer.sign(signing.state(viewers.current))
        cinemas = cinemas.receive(
            viewers.current, signature, signing=signing, recover=address_of_signer, other=viewer.address
        )
    return cinemas


def address_of_signer(digest: bytes, signature: bytes) -> bytes:
    """Who signed; 20 bytes."""
    key = PublicKey.from_signature_and_message(to_recoverable(signature), digest, hasher=None)
    return keccak(key.format(compressed=False)[1:])[12:]


if __name__ == "__main__":
    run(story, __doc__)
