"""Toll: A prepaid tag for toll roads.

Written by scripts/generate from toll.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Account:
    driver: bytes
    operator: bytes
    token: bytes
    tag: bytes
    former_tag: bytes
    replaced_at: int
    passage_cap: int
    day_cap: int
    ends: int
    held: int
    state: int


class Toll(Bound):
    """A driver puts money aside for a road's operator and names the key of its tag. At each gantry the tag signs the
    passage; the operator brings it within three days and is paid, at most a cap for each passage and a cap for each
    day. The driver tops up, replaces a lost tag, and closes; what is unused comes back. Who disappears: an operator,
    and nothing is charged; a lost tag spends at most a day's cap a day, nothing that happens after the driver
    replaced it; a driver, and its account ends when agreed. Three days after the end anyone can send the rest back.
    No role can take anything out but by a passage."""

    NAME = "toll"

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

    def open(
        self, operator: bytes, token: bytes, tag: bytes, passage_cap: int, day_cap: int, ends: int, deposit: int
    ) -> Sent:
        """Opens an account with the caller as driver, and pays the first money in from an allowance.

        operator: Who is paid for passages.
        token: The ERC-20 token; one that takes a fee is refused.
        tag: The key that signs passages.
        passage_cap: The most that one passage may cost.
        day_cap: The most that all passages of a day may cost.
        ends: Last second to pass; at most ten years ahead.
        deposit: Minor units.

        Answers: The account's id.
        """
        return self._send("open", [operator, token, tag, passage_cap, day_cap, ends, deposit])

    def top_up(self, id: bytes, amount: int) -> Sent:
        """Adds money from the caller's allowance. Anyone, while the account can be used.

        id: The account.
        amount: Minor units.
        """
        return self._send("top_up", [id, amount])

    def charge(self, id: bytes, gantry: bytes, amount: int, at: int, signature: bytes) -> Sent:
        """Pays for a passage that the tag signed (EIP-712 `Passage`), once. Operator only, within three days.

        id: The account.
        gantry: Where.
        amount: The toll; at most the cap of a passage.
        at: When.
        signature: Of the tag.

        Answers: What was paid: the toll, or what is left of the day's cap or of the account.
        """
        return self._send("charge", [id, gantry, amount, at, signature])

    def replace_tag(self, id: bytes, tag: bytes) -> Sent:
        """Replaces the tag for passages from the next second on. Driver only, three days after the last time.

        id: The account.
        tag: The next key, or zero: none, nothing more can be passed.
        """
        return self._send("replace_tag", [id, tag])

    def close(self, id: bytes) -> Sent:
        """Ends the account now; what was passed until now may still be brought for three days. Driver only.

        id: The account.
        """
        return self._send("close", [id])

    def exit(self, id: bytes) -> Sent:
        """Sends the driver what is left. Anyone, three days after the end.

        id: The account.
        """
        return self._send("exit", [id])

    def account(self, id: bytes) -> Account:
        """Everything about an account but its passages.

        id: The account.

        Answers: Its record; state 0 unknown, 1 open, 2 closed.
        """
        return record(Account, self._read("account", [id]))

    def passage_digest(self, id: bytes, gantry: bytes, amount: int, at: int) -> bytes:
        """What a tag signs.

        id: The account.
        gantry: Where.
        amount: The toll.
        at: When, in seconds since 1970.

        Answers: The EIP-712 digest.
        """
        return cast(bytes, self._read("passage_digest", [id, gantry, amount, at]))

    def held(self, id: bytes) -> int:
        """What an account holds.

        id: The account.

        Answers: Minor units.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may send the rest to the driver.

        id: The account.

        Answers: Seconds since 1970; zero for an unknown account.
        """
        return cast(int, self._read("last_deadline", [id]))

    def charged_on(self, id: bytes, day: int) -> int:
        return cast(int, self._read("charged_on", [id, day]))

    def is_brought(self, id: bytes, gantry: bytes, at: int) -> bool:
        return cast(bool, self._read("is_brought", [id, gantry, at]))
