"""An owner with a device, payees, and a token that misbehaves on command."""

from collections.abc import Sequence
from dataclasses import dataclass

import boa

from contracts import load
from contracts.purse_payment import Payment
from tests.contracts.passkeys import Passkey
from tests.contracts.placed import Outcome, Placed, hostile_token, now
from tests.contracts.signers import Signer
from tests.contracts.tally import Tally

OWNER, SHOP, KIOSK, STRANGER = (bytes([0xA0 + number]) * 20 for number in range(4))
DEVICE, CLONE, PASSKEY = Signer(21), Signer(22), Passkey(23)
ACTIVE, BLOCKED, CLOSED = 1, 2, 3
CAP = 1_000
TERM, GRACE = 7 * 86_400, 2 * 86_400
NO_DEVICE = bytes(20)

Device = Signer | Passkey


@dataclass
class Stage:
    purse: Placed
    token: Placed

    @classmethod
    def set(cls, *, tally: Tally | None = None) -> "Stage":
        stage = cls(Placed(load("offline_purse"), b"\xc6" * 20, tally=tally), hostile_token(b"\xe6" * 20))
        stage.token.do("mint", OWNER, 10 * CAP)
        return stage

    def issue(self, *, device: Device = DEVICE, amount: int = CAP) -> bytes:
        key = (NO_DEVICE, *device.public) if isinstance(device, Passkey) else (device.address, 0, 0)
        terms = [self.token.address, amount, *key, now() + TERM, GRACE]
        id: bytes = self.purse.do("issue", *terms, sender=OWNER)
        return id

    def signed(self, id: bytes, payment: Payment, device: Device = DEVICE) -> bytes:
        chain_id = int(boa.env.evm.chain.chain_id)
        return device.sign(payment.digest(chain_id=chain_id, contract=self.purse.address, id=id))

    def redeem(
        self, id: bytes, payments: Sequence[Payment], *, device: Device = DEVICE, sender: bytes = SHOP
    ) -> Outcome:
        signatures = [self.signed(id, payment, device) for payment in payments]
        return self.purse.attempt("redeem", id, [fields(each) for each in payments], signatures, sender=sender)

    def prove(self, id: bytes, one: Payment, other: Payment, *, device: Device = DEVICE) -> Outcome:
        pair = [part for each in (one, other) for part in (fields(each), self.signed(id, each, device))]
        return self.purse.attempt("prove_double", id, *pair, sender=STRANGER)

    def balance(self, who: bytes) -> int:
        return int(self.token.read("balanceOf", who))


def fields(payment: Payment) -> tuple[int, int, bytes, bytes]:
    return (payment.counter, payment.amount, payment.payee, payment.memo)
