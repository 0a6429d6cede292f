"""How long to wait before dialling a peer again."""

from random import Random


class Backoff:
    """Doubles from `least` to `most` seconds; each pause is drawn between half of that and the whole, so that nodes
    which lost each other at one moment do not all come back at one moment."""

    def __init__(self, least: float, most: float, random: Random) -> None:
        self._least = least
        self._most = most
        self._random = random
        self._pause = least

    def next(self) -> float:
        pause, self._pause = self._pause, min(self._pause * 2, self._most)
        return pause * self._random.uniform(0.5, 1.0)

    def reset(self) -> None:
        self._pause = self._least
