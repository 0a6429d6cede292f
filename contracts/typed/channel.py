"""Channel: Payment channels: any number of payments off the chain, two transactions on it.

Written by scripts/generate from channel.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Balances:
    sequence: int
    payer_balance: int
    payee_balance: int


@dataclass(frozen=True, slots=True)
class ChannelRecord:
    payer: bytes
    payee: bytes
    token: bytes
    payer_deposit: int
    payee_deposit: int
    challenge_seconds: int
    deadline: int
    closer: bytes
    sequence: int
    conceded: int
    challenge_end: int
    to_payer: int
    to_payee: int
    to_watcher: int
    state: int


class Channel(Bound):
    """A payer puts money aside and pays the payee in signed states that never touch the chain; the payee may put money
    aside too, and then both pay. Together they settle at any time. Alone, either closes with the newest state it can
    prove and says what it concedes to the other beyond that. The other has a challenge period to show a state that
    the closer signed later and that gives more than was conceded: then the closer lied, and its whole share goes to
    the other. A watcher with a signed delegation may do that for an absent party, for a capped fee out of the
    forfeited share. Who vanishes is outwaited: after the challenge period anybody finalises a closing, after the
    deadline anybody exits a channel that nobody closed, to the opening balances. So a payee closes before the
    deadline."""

    NAME = "channel"

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

    def open(self, payee: bytes, token: bytes, amount: int, challenge_seconds: int, deadline: int) -> Sent:
        """Opens a channel with the caller as payer and takes its deposit from an allowance.

        payee: Who is to be paid, and may join with a deposit of its own.
        token: The ERC-20 token of the channel.
        amount: The payer's deposit in minor units.
        challenge_seconds: How long a closing by one party can be challenged: an hour to thirty days.
        deadline: Last second to close; the challenge period after it ends at most ten years ahead.

        Answers: The channel's id.
        """
        return self._send("open", [payee, token, amount, challenge_seconds, deadline])

    def join(self, id: bytes, amount: int) -> Sent:
        """Adds the payee's own deposit, once, so that payments can go both ways.

        id: The channel.
        amount: The payee's deposit in minor units, from an allowance.
        """
        return self._send("join", [id, amount])

    def settle(
        self,
        id: bytes,
        payer_balance: int,
        payee_balance: int,
        valid_until: int,
        payer_signature: bytes,
        payee_signature: bytes,
    ) -> Sent:
        """Closes by agreement, at once. Anyone may bring the two signatures; who calls need not sign.

        id: The channel.
        payer_balance: What the payer gets.
        payee_balance: What the payee gets; the two add up to everything held.
        valid_until: Last second for this agreement.
        payer_signature: The payer's signature of the Settlement; empty if the payer calls.
        payee_signature: The payee's signature of the Settlement; empty if the payee calls.
        """
        return self._send("settle", [id, payer_balance, payee_balance, valid_until, payer_signature, payee_signature])

    def close(self, id: bytes, newest: Balances, conceded: int, signature: bytes) -> Sent:
        """Starts a closing by one party alone, up to the deadline.

        id: The channel.
        newest: The newest state that the other party signed; sequence 0 and the deposits where it signed none.
        conceded: What the other party gets: by `newest`, or more by states that only the caller has signed since.
        signature: The other party's signature of the state; not looked at for sequence 0.
        """
        return self._send("close", [id, newest, conceded, signature])

    def challenge(self, id: bytes, newer: Balances, signature: bytes) -> Sent:
        """Proves that the closer signed a later state that gives the caller more than was conceded. The caller, who is
        the other party, gets everything: its balance in that state and the closer's forfeited share.

        id: The channel.
        newer: The later state.
        signature: The closer's signature of it.
        """
        return self._send("challenge", [id, newer, signature])

    def watch(self, id: bytes, newer: Balances, signature: bytes, fee: int, delegation: bytes) -> Sent:
        """As `challenge`, by the watcher that the other party delegated.

        id: The channel.
        newer: The later state.
        signature: The closer's signature of it.
        fee: What the client promised in the delegation.
        delegation: The client's signature of the Delegation that names the caller.
        """
        return self._send("watch", [id, newer, signature, fee, delegation])

    def finalise(self, id: bytes) -> Sent:
        """Pays out a closing that nobody challenged in time. Anyone.

        id: The channel.
        """
        return self._send("finalise", [id])

    def exit(self, id: bytes) -> Sent:
        """Empties a channel whose last deadline has passed: a closing as closed, any other to the deposits. Anyone.

        id: The channel.
        """
        return self._send("exit", [id])

    def channel(self, id: bytes) -> ChannelRecord:
        """Everything about a channel.

        id: The channel.

        Answers: Its record; state 0 unknown, 1 open, 2 closing, 3 closed.
        """
        return record(ChannelRecord, self._read("channel", [id]))

    def held(self, id: bytes) -> int:
        """What a channel holds now.

        id: The channel.

        Answers: Minor units.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may exit the channel.

        id: The channel.

        Answers: Seconds since 1970; zero for an unknown channel.
        """
        return cast(int, self._read("last_deadline", [id]))

    def DOMAIN_SEPARATOR(self) -> bytes:
        """The EIP-712 domain that states, settlements and delegations are signed in.

        Answers: The domain's hash.
        """
        return cast(bytes, self._read("DOMAIN_SEPARATOR", []))
