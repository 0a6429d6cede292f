"""Points: Loyalty points with money behind each of them.

Written by scripts/generate from points.vy.
"""

from typing import cast

from contracts.chain import Bound, Sent


class Points(Bound):
    """An issuer awards points and puts the money they stand for aside in the same transaction. Holders pass points on
    as a token, and redeem them for the money, for themselves or straight to a shop. Points are counted by the period
    of thirty days in which they end; the oldest are always spent first, and keep their end when passed on. Who
    disappears: an issuer, and its points are redeemed as before; a holder, and its points end, and anyone can send
    the money of an ended period back to the issuer. No role can take the money behind a live point."""

    NAME = "points"

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

    def award(self, holder: bytes, points: int) -> Sent:
        """Awards points and puts their money aside from an allowance. Issuer only.

        holder: Who gets them.
        points: How many.
        """
        return self._send("award", [holder, points])

    def redeem(self, points: int, receiver: bytes) -> Sent:
        """Gives points back for their money, the oldest first. Holder.

        points: How many.
        receiver: Who gets the money: the holder, or a shop. While the holder's claims are frozen only the holder,
        who has a claim then: points that end meanwhile are not lost.
        """
        return self._send("redeem", [points, receiver])

    def exit(self, id: bytes) -> Sent:
        """Sends the money of points that ended back to the issuer. Anyone.

        id: The number of the period in which they ended.
        """
        return self._send("exit", [id])

    def transfer(self, receiver: bytes, amount: int) -> Sent:
        """Passes points on, the oldest first, unless the caller's claims are frozen.

        receiver: Who gets them.
        amount: How many.

        Answers: True.
        """
        return self._send("transfer", [receiver, amount])

    def transferFrom(self, owner: bytes, receiver: bytes, amount: int) -> Sent:
        """Passes points of an owner on who allowed it, unless the owner's claims are frozen.

        owner: Whose points.
        receiver: Who gets them.
        amount: How many.

        Answers: True.
        """
        return self._send("transferFrom", [owner, receiver, amount])

    def approve(self, spender: bytes, amount: int) -> Sent:
        """Lets a spender pass the caller's points on.

        spender: Who.
        amount: How many; the largest number is no limit.

        Answers: True.
        """
        return self._send("approve", [spender, amount])

    def balanceOf(self, account: bytes) -> int:
        """A holder's points that have not ended.

        holder: Whose.

        Answers: Points.
        """
        return cast(int, self._read("balanceOf", [account]))

    def totalSupply(self) -> int:
        """All points that have not ended.

        Answers: Points.
        """
        return cast(int, self._read("totalSupply", []))

    def period(self) -> int:
        """The number of the period that runs now; points awarded in it end `life` periods later.

        Answers: Periods of 30 days since 1970.
        """
        return cast(int, self._read("period", []))

    def held(self, id: bytes) -> int:
        """The money behind the points that end in a period.

        id: The period's number.

        Answers: Minor units.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second of the points that end in a period.

        id: The period's number.

        Answers: Seconds since 1970; zero where no points end then.
        """
        return cast(int, self._read("last_deadline", [id]))

    def decimals(self) -> int:
        return cast(int, self._read("decimals", []))

    def name(self) -> str:
        return cast(str, self._read("name", []))

    def symbol(self) -> str:
        return cast(str, self._read("symbol", []))

    def issuer(self) -> bytes:
        return cast(bytes, self._read("issuer", []))

    def money(self) -> bytes:
        return cast(bytes, self._read("money", []))

    def value(self) -> int:
        return cast(int, self._read("value", []))

    def life(self) -> int:
        return cast(int, self._read("life", []))

    def lots(self, holder: bytes, period: int) -> int:
        return cast(int, self._read("lots", [holder, period]))

    def outstanding(self, period: int) -> int:
        return cast(int, self._read("outstanding", [period]))

    def allowance(self, owner: bytes, spender: bytes) -> int:
        return cast(int, self._read("allowance", [owner, spender]))
