"""LiquidityPool: A pool of money in shares, whose yield is interest paid in (ERC-4626).

Written by scripts/generate from liquidity_pool.vy.
"""

from typing import cast

from contracts.chain import Bound, Sent


class LiquidityPool(Bound):
    """Depositors put money in and get shares; whoever uses the standing liquidity pays interest in, which reaches the
    shares evenly over a week, so that nobody gains by coming for a moment; in its last week the pool takes neither
    deposits nor interest, so that nobody does by coming late. The money never leaves but to depositors: it is not
    lent on, withdrawals have no pause, and nobody can stop them, but for a case under which the currency has frozen
    a depositor's claims: then its shares stay where they are until the case is over. Who disappears: depositors'
    shares stay theirs; after the pool's end anyone can send each depositor its money. A contract that holds shares
    for others pays its parties in shares first, and they are sent theirs. What no share owns (interest nobody
    earned, fractions of units) goes to the operator then, whoever still has shares. No role can take what backs a
    share."""

    NAME = "liquidity_pool"

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

    def name(self) -> str:
        return cast(str, self._read("name", []))

    def symbol(self) -> str:
        return cast(str, self._read("symbol", []))

    def decimals(self) -> int:
        return cast(int, self._read("decimals", []))

    def balanceOf(self, account: bytes) -> int:
        return cast(int, self._read("balanceOf", [account]))

    def allowance(self, owner: bytes, spender: bytes) -> int:
        return cast(int, self._read("allowance", [owner, spender]))

    def totalSupply(self) -> int:
        """What is in circulation: everything minted less everything burned.

        Answers: The supply in minor units.
        """
        return cast(int, self._read("totalSupply", []))

    def deposit(self, assets: int, receiver: bytes) -> Sent:
        """Puts `assets` in from the caller's allowance.

        assets: Minor units; a token that takes a fee is refused.
        receiver: Who gets the shares.

        Answers: The shares.
        """
        return self._send("deposit", [assets, receiver])

    def mint(self, shares: int, receiver: bytes) -> Sent:
        """Puts in what so many shares cost.

        shares: How many.
        receiver: Who gets them.

        Answers: What was paid in, in minor units.
        """
        return self._send("mint", [shares, receiver])

    def withdraw(self, assets: int, receiver: bytes, owner: bytes) -> Sent:
        """Takes `assets` out. The owner of the shares, or whom it allowed. At any time, unless its claims are frozen.

        assets: Minor units.
        receiver: Who gets them; a token that refuses the receiver refuses the withdrawal.
        owner: Whose shares are burned.

        Answers: The shares.
        """
        return self._send("withdraw", [assets, receiver, owner])

    def redeem(self, shares: int, receiver: bytes, owner: bytes) -> Sent:
        """Takes out what so many shares are worth. The owner of the shares, or whom it allowed. At any time, unless its
        claims are frozen.

        shares: How many.
        receiver: Who gets the money.
        owner: Whose shares are burned.

        Answers: What was paid, in minor units.
        """
        return self._send("redeem", [shares, receiver, owner])

    def pay_interest(self, amount: int, memo: bytes) -> Sent:
        """Pays interest in from an allowance. It becomes the shares' evenly over a week; what was still on its way
        keeps its pace on average. Anyone, up to a week before the pool's end, while there are shares.

        amount: Minor units.
        memo: What it is for: the payer's reference.
        """
        return self._send("pay_interest", [amount, memo])

    def exit(self, id: bytes) -> Sent:
        """Sends a depositor what its shares are worth, and the operator also what no share owns. Anyone, after the
        pool's end. Not a contract that owes shares to others: it must pay its parties first.

        id: The depositor's or the operator's address in 32 bytes.
        """
        return self._send("exit", [id])

    def transfer(self, receiver: bytes, amount: int) -> Sent:
        """Moves shares, unless the caller's claims are frozen.

        receiver: Who gets them.
        amount: How many.

        Answers: True.
        """
        return self._send("transfer", [receiver, amount])

    def transferFrom(self, owner: bytes, receiver: bytes, amount: int) -> Sent:
        """Moves shares of an owner who allowed it, unless the owner's claims are frozen.

        owner: Whose shares.
        receiver: Who gets them.
        amount: How many.

        Answers: True.
        """
        return self._send("transferFrom", [owner, receiver, amount])

    def approve(self, spender: bytes, amount: int) -> Sent:
        """Lets a spender move or redeem the caller's shares.

        spender: Who.
        amount: How many; the largest number is no limit.

        Answers: True.
        """
        return self._send("approve", [spender, amount])

    def totalAssets(self) -> int:
        """What is behind the shares now.

        Answers: Minor units: all cash but the interest that is still on its way.
        """
        return cast(int, self._read("totalAssets", []))

    def convertToShares(self, assets: int) -> int:
        """Shares for an amount, rounded down.

        assets: Minor units.

        Answers: Shares.
        """
        return cast(int, self._read("convertToShares", [assets]))

    def convertToAssets(self, shares: int) -> int:
        """What shares are worth, rounded down.

        shares: How many.

        Answers: Minor units.
        """
        return cast(int, self._read("convertToAssets", [shares]))

    def maxDeposit(self, receiver: bytes) -> int:
        """The most that can be put in now.

        receiver: Anyone.

        Answers: Minor units; zero from a week before the pool's end.
        """
        return cast(int, self._read("maxDeposit", [receiver]))

    def maxMint(self, receiver: bytes) -> int:
        """The most shares that can be had now.

        receiver: Anyone.

        Answers: Shares; zero from a week before the pool's end.
        """
        return cast(int, self._read("maxMint", [receiver]))

    def maxWithdraw(self, owner: bytes) -> int:
        """The most that an owner can take out now.

        owner: Whose shares.

        Answers: Minor units; zero while its claims are frozen.
        """
        return cast(int, self._read("maxWithdraw", [owner]))

    def maxRedeem(self, owner: bytes) -> int:
        """The most shares that an owner can give back now: all.

        owner: Whose shares.

        Answers: Shares; zero where they are worth less than a unit, and while the owner's claims are frozen.
        """
        return cast(int, self._read("maxRedeem", [owner]))

    def previewDeposit(self, assets: int) -> int:
        """The shares that a deposit would give now.

        assets: Minor units.

        Answers: Shares, rounded down.
        """
        return cast(int, self._read("previewDeposit", [assets]))

    def previewMint(self, shares: int) -> int:
        """What so many shares would cost now.

        shares: How many.

        Answers: Minor units, rounded up.
        """
        return cast(int, self._read("previewMint", [shares]))

    def previewWithdraw(self, assets: int) -> int:
        """The shares that a withdrawal would burn now.

        assets: Minor units.

        Answers: Shares, rounded up.
        """
        return cast(int, self._read("previewWithdraw", [assets]))

    def previewRedeem(self, shares: int) -> int:
        """What so many shares would pay now.

        shares: How many.

        Answers: Minor units, rounded down.
        """
        return cast(int, self._read("previewRedeem", [shares]))

    def held(self, id: bytes) -> int:
        """What a depositor's shares are worth now; of the operator, after the pool's end, also what no share owns.

        id: The depositor's or the operator's address in 32 bytes.

        Answers: Minor units.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may send a depositor its money.

        id: Whichever: the end is the same for all.

        Answers: The pool's end, in seconds since 1970.
        """
        return cast(int, self._read("last_deadline", [id]))

    def asset(self) -> bytes:
        return cast(bytes, self._read("asset", []))

    def operator(self) -> bytes:
        return cast(bytes, self._read("operator", []))

    def ends(self) -> int:
        return cast(int, self._read("ends", []))

    def cash(self) -> int:
        return cast(int, self._read("cash", []))

    def settled(self) -> int:
        return cast(int, self._read("settled", []))

    def dripping(self) -> int:
        return cast(int, self._read("dripping", []))

    def drip_starts(self) -> int:
        return cast(int, self._read("drip_starts", []))

    def drip_ends(self) -> int:
        return cast(int, self._read("drip_ends", []))
