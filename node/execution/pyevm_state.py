"""py-evm's Cancun and Prague machines over DiffAccounts.

Only the interpreter is py-evm's. Its transaction processing is not used, and where it strays from the
specifications it is mended here, each place with its reason.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from eth.abc import ComputationAPI, OpcodeAPI
from eth.exceptions import Halt, InvalidInstruction, OutOfGas, VMError
from eth.vm import mnemonics, opcode_values
from eth.vm.execution_context import ExecutionContext
from eth.vm.forks.byzantium.opcodes import ensure_no_static
from eth.vm.forks.cancun.computation import CancunComputation
from eth.vm.forks.cancun.logic import selfdestruct_eip6780
from eth.vm.forks.cancun.state import CancunState
from eth.vm.forks.prague.computation import PragueComputation
from eth.vm.forks.prague.state import PragueState
from eth.vm.forks.tangerine_whistle.constants import GAS_SELFDESTRUCT_EIP150
from eth.vm.message import Message
from eth.vm.opcode import as_opcode
from eth_utils.logging import get_extended_debug_logger

from node.execution.engine import BlockEnvironment, Fork, Late, Rules
from node.execution.errors import ExecutionInterrupted, PrecompileFailed
from node.execution.precompiles import Precompile, precompiles
from node.execution.pyevm_accounts import DiffAccounts
from node.execution.pyevm_opcodes import fast_opcodes
from node.execution.validity import blob_base_fee
from node.primitives.types import Address, BlockNumber
from node.state.model import StateReader

_SELFDESTRUCT: Final = as_opcode(
    logic_fn=ensure_no_static(selfdestruct_eip6780),
    mnemonic=mnemonics.SELFDESTRUCT,
    gas_cost=GAS_SELFDESTRUCT_EIP150,
)
"""py-evm's own gives a DeprecationWarning at every execution, which turns into an error where warnings are errors."""


_FAST: Final[Mapping[int, Any]] = fast_opcodes()

OPCODES_BETWEEN: Final = 500
"""How many opcodes may run between two looks at the clock: about a tenth of a millisecond of the cheapest ones."""

_STRETCH: Final = (None,) * OPCODES_BETWEEN


def _opcodes(machine: type[CancunComputation]) -> dict[int, OpcodeAPI]:
    return {**machine.opcodes, opcode_values.SELFDESTRUCT: _SELFDESTRUCT, **_FAST}


def _adapt(precompile: Precompile) -> Callable[[ComputationAPI], ComputationAPI]:
    def call(computation: ComputationAPI) -> ComputationAPI:
        data = computation.msg.data_as_bytes
        computation.consume_gas(precompile.gas(data), "precompile")
        try:
            computation.output = precompile.run(data)
        except PrecompileFailed as error:
            raise VMError(str(error)) from error
        return computation

    return call


_COMPILED: Final = {Address(number.to_bytes(20, "big")): _adapt(entry) for number, entry in precompiles().items()}


def _compiled(machine: type[CancunComputation]) -> dict[Any, Any]:
    return {address: _COMPILED.get(Address(address), call) for address, call in machine.get_precompiles().items()}


class _Inner(Message):
    """The message of an inner call. The EVM has made its fields, so none is checked again."""

    def __init__(
        self,
        gas: int,
        to: Any,
        sender: Any,
        value: int,
        data: Any,
        code: bytes,
        depth: int,
        create_address: Any = None,
        code_address: Any = None,
        should_transfer_value: bool = True,
        is_static: bool = False,
        is_delegation: bool = False,
    ) -> None:
        self.gas = gas
        self.to = to
        self.sender = sender
        self.value = value
        self.data = data
        self.code = code
        self.depth = depth
        self._storage_address = create_address
        self._code_address = code_address
        self.should_transfer_value = should_transfer_value
        self.is_static = is_static
        self._is_delegation = is_delegation
        self.refund = 0


class _Mended:
    """What both forks' computations share.

    Two mistakes of py-evm's loop go with it: it tells the outermost computation by sender and origin being one, which
    a delegated account (EIP-7702) is in inner calls too; and it takes the price of initcode, which is part of the
    intrinsic gas (EIP-3860), from the gas of the execution.
    """

    _gas_meter: Any
    _memory: Any
    msg: Any

    def consume_gas(self, amount: int, reason: str) -> None:
        meter = self._gas_meter
        left = meter.gas_remaining - amount
        if left < 0:
            raise OutOfGas("out of gas")
        meter.gas_remaining = left

    def extend_memory(self, start_position: int, size: int) -> None:
        """Most accesses are to memory that is there, which costs nothing more."""
        if size and start_position + size > len(self._memory._bytes):
            super().extend_memory(start_position, size)  # type: ignore[misc]  # py-evm's class comes behind this one

    def prepare_child_message(self, gas: int, to: Any, value: int, data: Any, code: bytes, **fields: Any) -> Message:
        return _Inner(
            gas, to, fields.pop("sender", self.msg.storage_address), value, data, code, self.msg.depth + 1, **fields
        )

    @classmethod
    def apply_computation(
        cls, state: Any, message: Any, transaction_context: Any, parent_computation: Any = None
    ) -> Any:
        """py-evm's loop without its generator, its debug log and its `try` around every opcode."""
        late = state.late
        if late is not None and late():
            raise ExecutionInterrupted
        with cls(state, message, transaction_context) as computation:  # type: ignore[call-arg,attr-defined]  # mixed in
            computation.contracts_created = [] if parent_computation is None else parent_computation.contracts_created
            if message.is_create:
                computation.contracts_created.append(message.storage_address)
            precompile = computation.precompiles.get(message.code_address)
            if precompile is None:
                _interpret(computation, late)
            elif not message.is_delegation:
                precompile(computation)
        return computation


def _interpret(computation: Any, late: Late | None) -> None:
    code = computation.code
    program = code._raw_code_bytes
    length = len(program)
    opcodes = computation.opcodes
    try:
        while True:
            for _ in _STRETCH:
                at = code.program_counter
                code.program_counter = at + 1
                opcode = program[at] if at < length else opcode_values.STOP
                run = opcodes.get(opcode)
                if run is None:
                    raise InvalidInstruction(f"Invalid opcode {opcode:#x} @ {at}")
                run(computation)
            if late is not None and late():
                raise ExecutionInterrupted
    except Halt:
        return


class _CancunComputation(_Mended, CancunComputation):
    opcodes = _opcodes(CancunComputation)
    _precompiles = _compiled(CancunComputation)


class _PragueComputation(_Mended, PragueComputation):
    opcodes = _opcodes(PragueComputation)
    _precompiles = _compiled(PragueComputation)


class _State(DiffAccounts):
    """The part of py-evm's state that knows the block."""

    logger = get_extended_debug_logger("node.execution.pyevm")
    computation_class: Any
    late: Late | None = None

    def __init__(self, pre: StateReader, environment: BlockEnvironment, rules: Rules) -> None:
        super().__init__(pre)
        self._environment = environment
        self._precompiles = self.computation_class.get_precompiles()
        self._blob_base_fee: int = blob_base_fee(environment.excess_blob_gas, rules.blob_schedule)
        self.execution_context = _context(environment, rules)

    @property
    def blob_base_fee(self) -> int:
        return self._blob_base_fee

    def set_fees(self, base_fee: int, blob_base_fee: int) -> None:
        """What BASEFEE and BLOBBASEFEE answer from now on."""
        self.execution_context._base_fee_per_gas = base_fee
        self._blob_base_fee = blob_base_fee

    @contextmanager
    def interruptible(self, late: Late | None) -> Iterator[None]:
        """Runs a transaction while `late` allows it; one that is interrupted leaves no trace."""
        self.late = late
        try:
            yield
        except ExecutionInterrupted:
            self.forget_transaction()
            raise
        finally:
            self.late = None

    def get_ancestor_hash(self, block_number: int) -> bytes:
        if not 0 < self._environment.number - block_number <= 256:
            return b""
        return self._environment.block_hash(BlockNumber(block_number))

    def is_address_warm(self, address: Address) -> bool:
        return address in self._warm or address in self._precompiles


class _CancunState(_State, CancunState):  # type: ignore[misc]  # signatures agree in fact, not in annotations
    computation_class = _CancunComputation


class _PragueState(_State, PragueState):  # type: ignore[misc]  # as above
    computation_class = _PragueComputation


EvmState = _State

_STATES: Final[Mapping[Fork, Callable[[StateReader, BlockEnvironment, Rules], EvmState]]] = {
    Fork.CANCUN: _CancunState,
    Fork.PRAGUE: _PragueState,
}


def new_state(pre: StateReader, environment: BlockEnvironment, rules: Rules) -> EvmState:
    return _STATES[rules.fork](pre, environment, rules)


def _context(environment: BlockEnvironment, rules: Rules) -> ExecutionContext:
    return ExecutionContext(
        coinbase=environment.coinbase,  # type: ignore[arg-type]  # eth_typing's Address is bytes, as ours
        timestamp=environment.timestamp,
        block_number=environment.number,  # type: ignore[arg-type]  # as above
        difficulty=0,
        mix_hash=environment.prev_randao,  # type: ignore[arg-type]  # as above
        gas_limit=environment.gas_limit,
        prev_hashes=(),
        chain_id=rules.chain_id,
        base_fee_per_gas=environment.base_fee,
        excess_blob_gas=environment.excess_blob_gas,
    )
