"""The bounds of the server. A call that would pass one gets -32005 (a batch -32600) and says which."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    request_bytes: int = 5 * 1024 * 1024
    response_bytes: int = 25 * 1024 * 1024
    """Of one HTTP answer, a batch's calls together."""
    batch_calls: int = 1_000
    call_gas: int = 50_000_000
    readers: int = 2
    call_workers: int = 2
    calls_waiting: int = 256
    """Calls that may queue for each of the two pools of threads."""
    call_timeout_s: float = 30.0
    log_blocks: int = 100_000
    """Blocks that one eth_getLogs may cover."""
    log_results: int = 10_000
    filters: int = 1_000
    filter_idle_s: float = 300.0
    receipt_waiters: int = 1_000
    receipt_timeout_ms: int = 2_000
    """What eth_sendRawTransactionSync waits where the caller names no time ..."""
    receipt_timeout_cap_ms: int = 60_000
    """... and the longest it may name."""
    connections: int = 1_000
    header_bytes: int = 64 * 1024
    header_timeout_s: float = 10.0
    body_timeout_s: float = 20.0
    write_timeout_s: float = 20.0
    keep_alive_s: int = 65
    """Longer than the usual proxies', so that they and not we end a connection."""
