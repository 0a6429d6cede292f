"""The person at the other end: results on stdout, talk on stderr, questions only on a terminal."""

import getpass
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from wallet.errors import WrongUsage


@dataclass(frozen=True, slots=True)
class Console:
    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
    interactive: bool
    read_secret: Callable[[str], str]

    @classmethod
    def of_process(cls) -> "Console":
        return cls(
            stdin=sys.stdin,
            stdout=sys.stdout,
            stderr=sys.stderr,
            interactive=sys.stdin.isatty() and sys.stderr.isatty(),
            read_secret=getpass.getpass,
        )

    def result(self, text: str) -> None:
        self.stdout.write(printable(text) + "\n")
        self.stdout.flush()

    def tell(self, text: str) -> None:
        self.stderr.write(printable(text) + "\n")
        self.stderr.flush()

    def progress(self, text: str) -> None:
        """A line that the next one overwrites; nothing where nobody watches."""
        if self.interactive:
            self.stderr.write(f"\r\x1b[K{printable(text)}")
            self.stderr.flush()

    def progress_over(self) -> None:
        self.progress("")

    def confirms(self, question: str) -> bool:
        self.stderr.write(f"{printable(question)} [y/N] ")
        self.stderr.flush()
        return self.stdin.readline().strip().lower() in ("y", "yes")

    def secret(self, prompt: str, otherwise: str) -> str:
        """Typed without being shown. `otherwise` says how to give it where there is no terminal."""
        if not self.interactive:
            raise WrongUsage(f"there is no terminal to type on; {otherwise}")
        return self.read_secret(prompt)


def printable(text: str) -> str:
    """Names and errors come from strangers: what could move the cursor or recolour the screen is shown as ?."""
    return "".join(character if character.isprintable() or character == "\n" else "?" for character in text)
