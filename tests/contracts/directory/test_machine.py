"""The directory under long random histories: one alias, one wallet; once custody, never an ordinary account again."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from contracts import load
from tests.contracts.machine import LONG_CALLS, Machine, run
from tests.contracts.placed import Placed, hostile_token, now, wait, wait_until

ADMIN, ALICE, BOB, CAROL, REGISTRAR = (bytes([0xA0 + number]) * 20 for number in range(5))
WALLETS = [ALICE, BOB, CAROL]
ALIASES = ["shop", "alice@bank", "0049-30-123"]
CONTRACTS = [b"\xe6" * 20, b"\xe7" * 20]
SALT, CASE = b"\5" * 32, b"\1" * 32
ZERO = bytes(20)
MINUTE, DAY = 60, 24 * 60 * 60

aliases = st.sampled_from(ALIASES)
wallets = st.sampled_from(WALLETS)
# Mostly whoever has the right to act, sometimes anyone.
callers = st.sampled_from([*[None] * 20, *WALLETS, ADMIN, REGISTRAR])


class DirectoryMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        for address in CONTRACTS:
            hostile_token(address)
        self.directory = Placed(load("directory"), b"\xd6" * 20, ADMIN, [], [], [], tally=self.tally)
        self.directory.do("set_registrar", REGISTRAR, True, sender=ADMIN)
        self.owners: dict[str, bytes] = {}
        self.offered: dict[str, bytes] = {}
        self.confirmed: dict[str, bytes] = {}
        self.ever: set[bytes] = set()
        self.document: dict[bytes, bytes] = {}

    def owner(self, alias: str) -> bytes:
        return self.owners.get(alias, ZERO)

    @rule(
        alias=aliases, wallet=wallets, waited=st.sampled_from([MINUTE - 1, MINUTE, MINUTE, MINUTE, DAY, DAY, DAY + 1])
    )
    def register(self, alias: str, wallet: bytes, waited: int) -> None:
        free = [one for one in WALLETS if one not in self.owners.values()]
        unused = [one for one in ALIASES if one not in self.owners]
        if now() % 4 and free and unused:
            wallet, alias = free[wallet[0] % len(free)], unused[len(alias) % len(unused)]
        commitment = self.directory.read("commitment_of", alias, wallet, SALT)
        at = self.directory.read("committed_at", commitment)
        open_still = at > 0 and now() <= at + DAY
        if not open_still or now() % 4 == 0:
            self.attempt(self.directory, not open_still, "commit", commitment, sender=wallet)
        at = at if open_still else now()
        wait_until(at + waited)
        in_time = at + MINUTE <= now() <= at + DAY
        allowed = in_time and alias not in self.owners and wallet not in self.owners.values()
        self.attempt(self.directory, allowed, "register", alias, SALT, sender=wallet)
        if allowed:
            self.owners[alias] = wallet

    @rule(alias=aliases, successor=wallets, caller=callers)
    @precondition(lambda self: self.owners)
    def rotate(self, alias: str, successor: bytes, caller: bytes | None) -> None:
        alias = alias if alias in self.owners else next(iter(self.owners))
        sender = caller or self.owner(alias)
        allowed = sender == self.owner(alias) and successor != sender
        self.attempt(self.directory, allowed, "rotate", alias, successor, sender=sender)
        if allowed:
            self.offered[alias] = successor

    @rule(alias=aliases, caller=callers)
    @precondition(lambda self: self.offered)
    def accept(self, alias: str, caller: bytes | None) -> None:
        alias = alias if alias in self.offered else next(iter(self.offered))
        sender = caller or self.offered[alias]
        allowed = sender == self.offered[alias] and sender not in self.owners.values()
        self.attempt(self.directory, allowed, "accept_rotation", alias, sender=sender)
        if allowed:
            self.forget(alias)
            self.owners[alias] = sender

    @rule(alias=aliases, caller=callers, yes=st.booleans())
    @precondition(lambda self: self.owners)
    def authorise(self, alias: str, caller: bytes | None, yes: bool) -> None:
        sender = caller or REGISTRAR
        alias = alias if alias in self.owners or now() % 3 == 0 else next(iter(self.owners))
        allowed = sender == REGISTRAR and alias in self.owners
        self.attempt(self.directory, allowed, "authorise", alias, self.owner(alias), yes, sender=sender)
        if allowed:
            self.confirmed[alias] = REGISTRAR if yes else ZERO

    @rule(alias=aliases, caller=callers, strike=st.booleans())
    @precondition(lambda self: len(self.owners) > 1)
    def drop_or_strike(self, alias: str, caller: bytes | None, strike: bool) -> None:
        alias = alias if alias in self.owners or now() % 3 == 0 else next(iter(self.owners))
        if strike:
            sender = caller or ADMIN
            allowed = sender == ADMIN and alias in self.owners
            self.attempt(self.directory, allowed, "strike", alias, CASE, sender=sender)
        else:
            sender = caller or self.owner(alias)
            allowed = sender == self.owner(alias) and alias in self.owners
            self.attempt(self.directory, allowed, "drop", alias, sender=sender)
        if allowed:
            self.forget(alias)

    def forget(self, alias: str) -> None:
        for book in (self.owners, self.offered, self.confirmed):
            book.pop(alias, None)

    @rule(account=st.sampled_from([*CONTRACTS, *CONTRACTS, *CONTRACTS, ALICE]), caller=callers)
    def list_or_delist(self, account: bytes, caller: bytes | None) -> None:
        sender, listed = caller or ADMIN, self.directory.read("is_custodian", account)
        allowed = sender == ADMIN and account in CONTRACTS
        self.attempt(self.directory, allowed, "set_custodian", account, not listed, sender=sender)
        if allowed:
            self.ever.add(account)

    @rule(
        name=st.sampled_from(["escrow", "escrow", "policy", "policy", "timelock"]),
        account=st.sampled_from([*CONTRACTS, *CONTRACTS, ZERO, BOB]),
        caller=callers,
    )
    def name(self, name: str, account: bytes, caller: bytes | None) -> None:
        """Any contract of the network may be named the timelock: then it alone gives names."""
        namer = self.directory.read("contract_of", "timelock")
        namer = ADMIN if namer == ZERO else namer
        sender = caller or namer
        allowed = sender == namer and account != BOB
        self.attempt(self.directory, allowed, "set_contract", name, account, sender=sender)
        if allowed:
            assert self.directory.read("contract_of", name) == account

    @rule(who=wallets, document=st.binary(min_size=32, max_size=32))
    def publish(self, who: bytes, document: bytes) -> None:
        before = self.document.get(who, bytes(32))
        self.attempt(self.directory, document != before, "set_document", document, sender=who)
        self.document[who] = document

    @rule(seconds=st.sampled_from([1, MINUTE, DAY]))
    def pass_time(self, seconds: int) -> None:
        wait(seconds)

    @invariant()
    def one_alias_one_wallet(self) -> None:
        assert len(set(self.owners.values())) == len(self.owners)
        for alias in ALIASES:
            confirmed = self.confirmed.get(alias, ZERO)
            assert self.directory.read("resolve", alias) == (self.owner(alias), confirmed)
        for wallet in WALLETS:
            alias = self.directory.read("alias_of", wallet)
            assert alias == next((one for one, owner in self.owners.items() if owner == wallet), "")

    @invariant()
    def once_custody_never_an_ordinary_account(self) -> None:
        for account in CONTRACTS:
            assert self.directory.read("was_custodian", account) == (account in self.ever)
            assert not self.directory.read("is_custodian", account) or account in self.ever
        assert set(self.directory.read("custodians")) == self.ever

    @invariant()
    def documents_are_what_their_accounts_published(self) -> None:
        for who in WALLETS:
            assert self.directory.read("document", who)["document_hash"] == self.document.get(who, bytes(32))


def test_the_directory_keeps_its_truths_through_random_histories() -> None:
    run(DirectoryMachine)


@pytest.mark.long
def test_the_directory_keeps_its_truths_through_many_random_histories() -> None:
    run(DirectoryMachine, calls=LONG_CALLS, steps=60)
