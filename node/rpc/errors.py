"""Everything a call can be answered with instead of a result. Codes and words are interface: clients match on them.

RpcError (code, message, data)
 ├── ParseError          -32700  not JSON
 ├── InvalidRequest      -32600  JSON, but no JSON-RPC 2.0 request; "batch too large"
 ├── MethodNotFound      -32601
 ├── InvalidParams       -32602  names the parameter
 ├── InternalError       -32603  our fault; the log has the rest
 ├── LimitExceeded       -32005  a bound of this server
 ├── ServerError         -32000  geth's own strings
 ├── ExecutionReverted        3  `data` is what the contract reverted with
 └── ReceiptTimeout           4  EIP-7966; `data` is the transaction's hash

ServerStartError                 the server could not begin to listen
 └── PortTaken
"""

from dataclasses import dataclass
from typing import ClassVar


class RpcError(Exception):
    code: ClassVar[int]

    def __init__(self, message: str, data: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.data = data

    def as_json(self) -> dict[str, object]:
        error: dict[str, object] = {"code": self.code, "message": self.message}
        if self.data is not None:
            error["data"] = self.data
        return error


class ParseError(RpcError):
    code = -32700


class InvalidRequest(RpcError):
    code = -32600


class MethodNotFound(RpcError):
    code = -32601

    def __init__(self, method: str) -> None:
        super().__init__(f"the method {method} does not exist/is not available")


class InvalidParams(RpcError):
    code = -32602


class InternalError(RpcError):
    code = -32603


class LimitExceeded(RpcError):
    code = -32005


class ServerError(RpcError):
    code = -32000


class ExecutionReverted(RpcError):
    code = 3


class ReceiptTimeout(RpcError):
    code = 4


class ServerStartError(Exception):
    pass


@dataclass
class PortTaken(ServerStartError):
    host: str
    port: int

    def __str__(self) -> str:
        return f"port {self.port} on {self.host} is taken: stop what listens there, or choose another RPC port"
