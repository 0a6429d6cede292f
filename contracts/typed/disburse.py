"""Disburse: Subsidies by a list: one root on chain, one proof for each person.

Written by scripts/generate from disburse.vy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Campaign:
    funder: bytes
    token: bytes
    root: bytes
    total: int
    pro_rata: bool
    deadline: int
    funded: int
    paid: int
    swept: int
    state: int


class Disburse(Bound):
    """A funder commits to a list of accounts and amounts by its Merkle root and pays the money in. Anyone may bring a
    proof, so that nobody needs a device or gas to be paid: the money goes to the account on the list, once. Where
    the funder chose it, a pool that stays short is shared in proportion; otherwise nothing is paid until the pool is
    full. What nobody collected goes back to the funder after the deadline. A funder that disappears changes nothing
    for a campaign that is paying; one that was never completed is refunded."""

    NAME = "disburse"

    def claim(self, token: bytes, who: bytes) -> Sent:
        """Pays out what `who` is owed because a token refused an earlier payment. Anyone may ask.

        token: The token.
        who: Whose claim; only they are paid.

        Answers: What was paid.
        """
        return self._send("claim", [token, who])

    def claimable(self, token: bytes, who: bytes) -> int:
        return cast(int, self._read("claimable", [token, who]))

    def liabilities(self, token: bytes) -> int:
        return cast(int, self._read("liabilities", [token]))

    def next_id(self, creator: bytes) -> bytes:
        """The id of what `creator` opens next.

        creator: Who would open it.

        Answers: keccak256 of chain, contract, creator and the creator's count.
        """
        return cast(bytes, self._read("next_id", [creator]))

    def nonces(self, account: bytes) -> int:
        return cast(int, self._read("nonces", [account]))

    def open(self, token: bytes, root: bytes, total: int, pro_rata: bool, deadline: int) -> Sent:
        """Opens a campaign with the caller as funder. The list names the campaign, so ask `next_id` first.

        token: The ERC-20 token.
        root: The Merkle root of the list.
        total: The sum of all amounts on the list, in minor units.
        pro_rata: Whether the funder may start with less than the total and share it in proportion.
        deadline: Last second to collect; at most ten years ahead.

        Answers: The campaign's id.
        """
        return self._send("open", [token, root, total, pro_rata, deadline])

    def fund(self, id: bytes, amount: int) -> Sent:
        """Pays into the pool from an allowance. Once the pool holds the total, it pays. Funder only.

        id: The campaign.
        amount: Minor units, at most what is missing; a token that takes a fee is refused.
        """
        return self._send("fund", [id, amount])

    def start(self, id: bytes) -> Sent:
        """Lets a short pool pay in proportion: the funder says that no more will come. Funder only.

        id: The campaign, opened for shares in proportion.
        """
        return self._send("start", [id])

    def collect(self, id: bytes, index: int, account: bytes, amount: int, proof: Sequence[bytes]) -> Sent:
        """Pays an entry of the list to the account it names. Anyone may bring the proof, up to the deadline.

        id: The campaign.
        index: The entry's number on the list.
        account: Who is entitled.
        amount: What the list gives them, in minor units.
        proof: The siblings from the leaf to the root.

        Answers: What was paid: the amount, or its share of a short pool.
        """
        return self._send("collect", [id, index, account, amount, proof])

    def sweep(self, id: bytes) -> Sent:
        """Sends what nobody collected back to the funder and closes the campaign. Anyone, after the deadline.

        id: The campaign.
        """
        return self._send("sweep", [id])

    def exit(self, id: bytes) -> Sent:
        """As `sweep`: empties a campaign to its rightful party, the funder. Anyone, after the deadline.

        id: The campaign.
        """
        return self._send("exit", [id])

    def campaign(self, id: bytes) -> Campaign:
        """Everything about a campaign.

        id: The campaign.

        Answers: Its record; state 0 unknown, 1 funding, 2 paying, 3 closed.
        """
        return record(Campaign, self._read("campaign", [id]))

    def leaf(self, id: bytes, index: int, account: bytes, amount: int) -> bytes:
        """The leaf of an entry, so that a list can be checked against the chain.

        id: The campaign.
        index: The entry's number on the list.
        account: Who is entitled.
        amount: Minor units.

        Answers: The hash that the proof begins with.
        """
        return cast(bytes, self._read("leaf", [id, index, account, amount]))

    def held(self, id: bytes) -> int:
        """What a campaign holds now.

        id: The campaign.

        Answers: Minor units.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may send the rest to the funder.

        id: The campaign.

        Answers: Seconds since 1970; zero for an unknown campaign.
        """
        return cast(int, self._read("last_deadline", [id]))

    def is_collected(self, id: bytes, index: int) -> bool:
        return cast(bool, self._read("is_collected", [id, index]))
