"""A channel between alice, who pays, and bob, with their keys, and a token that misbehaves on command."""

from dataclasses import dataclass

import boa

from contracts import load
from contracts.channel_state import Signing, State
from tests.contracts.placed import Outcome, Placed, hostile_token, now
from tests.contracts.signers import Signer
from tests.contracts.tally import Tally

ALICE, BOB, WATCHER, STRANGER = (Signer(number) for number in (11, 12, 13, 14))
OPEN, CLOSING, CLOSED = 1, 2, 3
DEPOSIT = 1_000
PERIOD = 24 * 60 * 60
TERM = 7 * PERIOD


def chain_id() -> int:
    return int(boa.env.evm.chain.chain_id)


@dataclass
class Stage:
    channel: Placed
    token: Placed

    @classmethod
    def set(cls, *, tally: Tally | None = None) -> "Stage":
        stage = cls(Placed(load("channel"), b"\xc5" * 20, tally=tally), hostile_token(b"\xe6" * 20))
        for trader in (ALICE, BOB):
            stage.token.do("mint", trader.address, 10 * DEPOSIT)
        return stage

    def open(self, *, payer: Signer = ALICE, payee: Signer = BOB, amount: int = DEPOSIT, joined: int = 0) -> bytes:
        terms = [payee.address, self.token.address, amount, PERIOD, now() + TERM]
        id: bytes = self.channel.do("open", *terms, sender=payer.address)
        if joined:
            self.channel.do("join", id, joined, sender=payee.address)
        return id

    def signing(self, id: bytes) -> Signing:
        return Signing(chain_id(), self.channel.address, id)

    def signed(self, id: bytes, state: State, signer: Signer) -> bytes:
        return signer.sign(self.signing(id).state(state))

    def close(
        self, id: bytes, state: State, signer: Signer, *, by: Signer, conceded: int, signed: bytes = b""
    ) -> Outcome:
        signature = signed or self.signed(id, state, signer)
        return self.channel.attempt("close", id, fields(state), conceded, signature, sender=by.address)

    def challenge(self, id: bytes, state: State, signer: Signer, *, by: Signer) -> Outcome:
        return self.channel.attempt("challenge", id, fields(state), self.signed(id, state, signer), sender=by.address)

    def watch(
        self, id: bytes, state: State, signer: Signer, *, by: Signer = WATCHER, client: Signer = BOB, fee: int = 0
    ) -> Outcome:
        delegation = client.sign(self.signing(id).delegation(WATCHER.address, fee))
        arguments = [id, fields(state), self.signed(id, state, signer), fee, delegation]
        return self.channel.attempt("watch", *arguments, sender=by.address)

    def balance(self, who: Signer) -> int:
        return int(self.token.read("balanceOf", who.address))


def fields(state: State) -> tuple[int, int, int]:
    return (state.sequence, state.payer_balance, state.payee_balance)


OPENING = State(0, DEPOSIT, 0)
