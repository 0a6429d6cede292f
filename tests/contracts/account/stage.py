"""An account of three people and a device: one signs up to 100 a day, two up to 1,000, three above."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import boa

from contracts import load
from contracts.account_signing import APPROVED, Call, Signing, account_id, device_id, together
from tests.contracts.passkeys import Passkey
from tests.contracts.placed import NOBODY, Outcome, Placed, hostile_token, now
from tests.contracts.signers import Signer
from tests.contracts.tally import Tally

ANN, BEN, CEM = Signer(31), Signer(32), Signer(33)
PHONE = Passkey(34)
THIEF, SHOP, LANDLORD, SESSION = (bytes([0xA0 + number]) * 20 for number in range(4))
GUARDIANS = [bytes([0xB0 + number]) * 20 for number in range(3)]
WEALTH = 100_000
NO_LIMIT = 2**256 - 1
TIERS = [(100, 1), (1_000, 2), (NO_LIMIT, 3)]
DAY = 86_400
DELAY = 3 * DAY
ACCOUNT = b"\xc7" * 20

Owner = Signer | Passkey


def owner_id(owner: Owner) -> bytes:
    return account_id(owner.address) if isinstance(owner, Signer) else device_id(*owner.public)


def owner_fields(owner: Owner) -> tuple[bytes, int, int]:
    return (owner.address, 0, 0) if isinstance(owner, Signer) else (bytes(20), *owner.public)


@dataclass
class Stage:
    account: Placed
    token: Placed
    nonce: int = field(default=0)

    @classmethod
    def set(cls, *, tally: Tally | None = None) -> "Stage":
        token = hostile_token(b"\xe6" * 20)
        owners = [owner_fields(owner) for owner in (ANN, BEN, CEM, PHONE)]
        account = Placed(load("account"), ACCOUNT, token.address, owners, TIERS, GUARDIANS, 2, DELAY, tally=tally)
        token.do("mint", ACCOUNT, WEALTH)
        return cls(account, token)

    @property
    def signing(self) -> Signing:
        return Signing(int(boa.env.evm.chain.chain_id), ACCOUNT)

    def pay(self, amount: int, to: bytes = SHOP) -> Call:
        return Call(self.token.address, self.token.artifact.encode_call("transfer", to, amount))

    def of_itself(self, name: str, *arguments: object) -> Call:
        return Call(ACCOUNT, self.account.artifact.encode_call(name, *arguments))

    def signed(self, digest: bytes, owners: Sequence[Owner], approved: Sequence[Owner] = ()) -> bytes:
        return together(
            {**{owner_id(owner): owner.sign(digest) for owner in owners}, **{owner_id(o): APPROVED for o in approved}}
        )

    def batch(
        self,
        calls: Sequence[Call],
        owners: Sequence[Owner],
        *,
        approved: Sequence[Owner] = (),
        nonce: int | None = None,
        deadline: int | None = None,
        sender: bytes = NOBODY,
    ) -> Outcome:
        """Signed by these owners; with a fresh nonce and until now, if nothing else is said."""
        if nonce is None:
            self.nonce += 1
        used = self.nonce if nonce is None else nonce
        until = now() if deadline is None else deadline
        signatures = self.signed(self.signing.batch(calls, used, until), owners, approved)
        return self.account.attempt("batch", fields(calls), used, until, signatures, sender=sender)

    def balance(self, who: bytes) -> int:
        return int(self.token.read("balanceOf", who))

    def read(self, name: str, *arguments: object) -> Any:
        return self.account.read(name, *arguments)


def fields(calls: Sequence[Call]) -> list[tuple[bytes, int, bytes]]:
    return [(call.to, call.amount, call.data) for call in calls]
