"""What bytes from outside can be guilty of.

PrimitiveError
 ├── RlpError              not canonical RLP, or not of the shape asked for
 ├── InvalidSignature      not a low-s secp256k1 signature, or recovers to nobody
 ├── InvalidTransaction    a transaction that is no transaction
 ├── InvalidBlock          a header, block, receipt or certificate that is none
 └── InvalidGenesis        a genesis file that can start no chain
"""

from dataclasses import dataclass


class PrimitiveError(ValueError):
    """Bytes or a document that does not parse."""


class RlpError(PrimitiveError):
    pass


class InvalidSignature(PrimitiveError):
    pass


class InvalidTransaction(PrimitiveError):
    pass


class InvalidBlock(PrimitiveError):
    pass


@dataclass
class InvalidGenesis(PrimitiveError):
    """`key` is the path of the offending entry, `config.jiaozi.blockPeriodMs` for example."""

    key: str
    problem: str

    def __str__(self) -> str:
        return f"genesis: {self.key}: {self.problem}"
