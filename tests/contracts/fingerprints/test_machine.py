"""The register of fingerprints under long random histories: sellers who authorise and revoke, contracts that take,
register, give back and withdraw, in the right and out of it, and the same document of two sellers.

Of every call it is foretold whether it is accepted and, where not, in which words. There is no hostile token here: the
register holds no money and calls nobody, so that nothing placed beside it can answer wrongly or enter again.
"""

from typing import NamedTuple

import pytest
from eth_utils.crypto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from contracts import load
from tests.contracts.machine import LONG_CALLS, Machine, mostly, picks, run
from tests.contracts.placed import Placed

SELLERS = [bytes([0xA0 + number]) * 20 for number in range(2)]
REGISTRARS = [bytes([0xC1 + number]) * 20 for number in range(3)]
STRANGER = b"\xbf" * 20
EVERYONE = [*SELLERS, *REGISTRARS, STRANGER]
DOCUMENTS = [bytes([number]) * 32 for number in range(1, 4)]
NONE = (bytes(20), bytes(32))

sellers, documents = st.sampled_from(SELLERS), st.sampled_from(DOCUMENTS)
# Mostly whoever has the right to act, sometimes anyone.
callers = mostly(None, *EVERYONE)


class Entry(NamedTuple):
    holder: bytes
    id: bytes


class FingerprintsMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.register = Placed(load("fingerprints"), b"\xed" * 20, tally=self.tally)
        self.authorised: set[tuple[bytes, bytes]] = set()
        self.liens: dict[bytes, Entry] = {}
        self.credentials: dict[bytes, Entry] = {}
        self.taken = 0
        for seller in SELLERS:
            for registrar in REGISTRARS[:2]:
                self.authorise(seller, registrar, True)

    def fingerprint(self, seller: bytes, document: bytes) -> bytes:
        return bytes(keccak(seller.rjust(32, b"\0") + document))

    def foretold(self, words: str, name: str, *arguments: object, sender: bytes) -> bool:
        """Makes a call, which must be refused in these words, or accepted where there are none."""
        outcome = self.attempt(self.register, not words, name, *arguments, sender=sender)
        assert outcome.words == words
        return outcome.accepted

    def speaker(self, seller: bytes, number: int) -> bytes:
        speaking = [who for who in EVERYONE if (seller, who) in self.authorised] or EVERYONE
        return speaking[number % len(speaking)]

    def goods(self, number: int) -> tuple[bytes, bytes]:
        """Mostly goods that nothing is on yet."""
        every = [(seller, document) for seller in SELLERS for document in DOCUMENTS]
        free = [each for each in every if self.fingerprint(*each) not in {**self.liens, **self.credentials}]
        chosen = free if free and number % 4 else every
        return chosen[number % len(chosen)]

    @rule(seller=sellers, registrar=st.sampled_from(EVERYONE), allowed=st.sampled_from([True, True, False]))
    def authorise(self, seller: bytes, registrar: bytes, allowed: bool) -> None:
        self.attempt(self.register, True, "authorise", registrar, allowed, sender=seller)
        (self.authorised.add if allowed else self.authorised.discard)((seller, registrar))

    @rule(number=picks, caller=callers)
    def take_lien(self, number: int, caller: bytes | None) -> None:
        self.take("take_lien", self.liens, number, caller)

    @rule(number=picks, caller=callers)
    def register_credential(self, number: int, caller: bytes | None) -> None:
        self.take("register", self.credentials, number, caller)

    def take(self, name: str, entries: dict[bytes, Entry], number: int, caller: bytes | None) -> None:
        seller, document = self.goods(number)
        sender, fingerprint = caller or self.speaker(seller, number), self.fingerprint(seller, document)
        words = ""
        if (seller, sender) not in self.authorised:
            words = "fingerprints: not authorised"
        elif fingerprint in self.liens:
            words = "fingerprints: has a lien"
        elif fingerprint in self.credentials:
            words = "fingerprints: has a credential"
        self.taken += 1
        id = self.taken.to_bytes(32, "big")
        if self.foretold(words, name, seller, document, id, sender=sender):
            entries[fingerprint] = Entry(sender, id)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.liens)
    def drop_lien(self, number: int, caller: bytes | None) -> None:
        self.give_back("drop_lien", self.liens, "fingerprints: not the lien's holder", number, caller)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.credentials)
    def withdraw(self, number: int, caller: bytes | None) -> None:
        self.give_back("withdraw", self.credentials, "fingerprints: not the issuer", number, caller)

    def give_back(
        self, name: str, entries: dict[bytes, Entry], not_the_holder: str, number: int, caller: bytes | None
    ) -> None:
        """Only by whom it was taken, also after the seller revoked the authority; never what is not there."""
        known = list({**self.liens, **self.credentials}) if number % 10 == 0 else list(entries)
        fingerprint = known[number % len(known)]
        entry = entries.get(fingerprint)
        sender = caller or (entry.holder if entry else STRANGER)
        words = "" if entry and sender == entry.holder else not_the_holder
        if self.foretold(words, name, fingerprint, sender=sender):
            del entries[fingerprint]

    @invariant()
    def one_lien_or_one_credential_of_whoever_took_it(self) -> None:
        assert not self.liens.keys() & self.credentials.keys()
        for seller in SELLERS:
            for document in DOCUMENTS:
                fingerprint = self.fingerprint(seller, document)
                assert self.register.read("fingerprint", seller, document) == fingerprint
                assert self.register.read("lien", fingerprint) == self.liens.get(fingerprint, NONE)
                assert self.register.read("credential", fingerprint) == self.credentials.get(fingerprint, NONE)

    @invariant()
    def only_whom_the_seller_named_speaks_for_it(self) -> None:
        for seller in SELLERS:
            for who in EVERYONE:
                assert self.register.read("authorised", seller, who) is ((seller, who) in self.authorised)

    def at_the_end(self) -> None:
        """Nothing is occupied for good: what each took, it gives back, whatever the sellers say by then."""
        for seller, registrar in list(self.authorised):
            self.register.do("authorise", registrar, False, sender=seller)
        for name, entries in (("drop_lien", self.liens), ("withdraw", self.credentials)):
            for fingerprint, entry in entries.items():
                self.register.do(name, fingerprint, sender=entry.holder)
        for fingerprint in {**self.liens, **self.credentials}:
            assert self.register.read("lien", fingerprint) == self.register.read("credential", fingerprint) == NONE


def test_a_register_keeps_its_truths_through_random_histories() -> None:
    run(FingerprintsMachine)


@pytest.mark.long
def test_a_register_keeps_its_truths_through_many_random_histories() -> None:
    run(FingerprintsMachine, calls=LONG_CALLS, steps=60)
