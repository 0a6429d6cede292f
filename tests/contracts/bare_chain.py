"""A chain that is nothing but a virtual machine: what typed bindings and deployments are tried on."""

import boa
from eth_utils.address import to_checksum_address

from contracts.chain import Log, Receipt
from contracts.errors import CallRefused
from contracts.reverts import explain_revert

GAS = 30_000_000


class BareChain:
    """Implements `contracts.chain.Chain` on titanoboa's machine, as one account."""

    def __init__(self, account: bytes) -> None:
        self.account = account
        self.send_count = 0

    def call(self, to: bytes | None, data: bytes) -> bytes:
        if to is None:
            return self._create(data)
        computation = boa.env.execute_code(to_checksum_address(to), data=data, is_modifying=False)
        if computation.is_error:
            raise CallRefused(explain_revert(computation.output), computation.output)
        return bytes(computation.output)

    def code(self, address: bytes) -> bytes:
        return bytes(boa.env.get_code(to_checksum_address(address)))

    def _create(self, data: bytes) -> bytes:
        with boa.env.anchor():
            _, computation = boa.env.deploy(sender=to_checksum_address(self.account), bytecode=data)
        if computation.is_error:
            raise CallRefused(explain_revert(computation.output), computation.output)
        return bytes(computation.output)

    def send(self, to: bytes | None, data: bytes) -> Receipt:
        self.send_count += 1
        if to is None:
            address, computation = boa.env.deploy(sender=to_checksum_address(self.account), bytecode=data)
            deployed = bytes.fromhex(str(address)[2:])
        else:
            computation = boa.env.execute_code(
                to_checksum_address(to), sender=to_checksum_address(self.account), data=data, gas=GAS
            )
            deployed = None
        if computation.is_error:
            raise CallRefused(explain_revert(computation.output), computation.output)
        logs = tuple(
            Log(address, tuple(topic.to_bytes(32, "big") for topic in topics), data)
            for address, topics, data in computation.get_log_entries()
        )
        return Receipt(self.send_count.to_bytes(32, "big"), 1, computation.get_gas_used(), deployed, logs)
