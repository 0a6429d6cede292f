"""A contract's interface: its functions and events, and the bytes that call, answer and log them.

The rule: this module knows no contract, no node and no web library; it turns values into bytes and back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from eth_abi.abi import encode as abi_encode
from eth_utils.crypto import keccak

from contracts.errors import UnknownEvent, UnknownFunction, WrongArgumentCount
from contracts.values import Parameter, checked, decoded, parsed

AbiEntry: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    inputs: tuple[Parameter, ...]
    outputs: tuple[Parameter, ...]
    mutability: str

    @property
    def signature(self) -> str:
        """Its name and the canonical types of its inputs, which hashes are made of."""
        return _signature(self.name, self.inputs)

    @property
    def selector(self) -> bytes:
        """The first 4 bytes of a call."""
        return keccak(text=self.signature)[:4]

    def encode(self, arguments: Sequence[object]) -> bytes:
        """The input of a call. Raises WrongArgumentCount or WrongArgument."""
        return self.selector + _encode(self.name, self.inputs, arguments)

    def decode_result(self, data: bytes) -> object:
        """None, the one output, or a tuple of several."""
        values = decoded(self.signature, self.outputs, data)
        if len(values) == 1:
            return values[0]
        return tuple(values) if values else None


@dataclass(frozen=True, slots=True)
class EventType:
    name: str
    inputs: tuple[Parameter, ...]

    @property
    def signature(self) -> str:
        """As a function's."""
        return _signature(self.name, self.inputs)

    @property
    def topic(self) -> bytes:
        """The first topic of its logs, 32 bytes."""
        return keccak(text=self.signature)

    def decode(self, topics: Sequence[bytes], data: bytes) -> "Event":
        """An indexed value too long for a topic (text, lists) is given as the hash that stands for it."""
        indexed = [_as_in_topic(parameter) for parameter in self.inputs if parameter.indexed]
        plain = [parameter for parameter in self.inputs if not parameter.indexed]
        values: dict[str, object] = {}
        for parameter, topic in zip(indexed, topics[1:], strict=True):
            values[parameter.name] = decoded(self.signature, [parameter], topic)[0]
        for parameter, value in zip(plain, decoded(self.signature, plain, data), strict=True):
            values[parameter.name] = value
        return Event(self.name, {parameter.name: values[parameter.name] for parameter in self.inputs})


@dataclass(frozen=True, slots=True)
class Event:
    """A log entry, decoded."""

    name: str
    arguments: Mapping[str, object]

    def __getitem__(self, argument: str) -> object:
        return self.arguments[argument]


@dataclass(frozen=True, slots=True)
class Call:
    """What a transaction's input asks for, decoded."""

    function: Function
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Interface:
    """All that can be asked of a contract. Functions may share a name if they differ in how many inputs they take."""

    contract: str
    constructor: tuple[Parameter, ...]
    functions: tuple[Function, ...]
    events: tuple[EventType, ...]

    @classmethod
    def from_json(cls, contract: str, abi: Iterable[AbiEntry]) -> "Interface":
        """From the entries of a JSON ABI; anonymous events are left out. `contract` is the name that errors tell."""
        entries = list(abi)
        constructors = [entry for entry in entries if entry["type"] == "constructor"]
        return cls(
            contract=contract,
            constructor=_parameters(constructors[0]["inputs"]) if constructors else (),
            functions=tuple(_function(entry) for entry in entries if entry["type"] == "function"),
            events=tuple(
                EventType(entry["name"], _parameters(entry["inputs"]))
                for entry in entries
                if entry["type"] == "event" and not entry.get("anonymous", False)  # the key is optional in the ABI
            ),
        )

    def function(self, name: str, argument_count: int | None = None) -> Function:
        """The function of that name; where several share it, the one that takes so many arguments."""
        named = [function for function in self.functions if function.name == name]
        if not named:
            raise UnknownFunction(self.contract, name, sorted({function.name for function in self.functions}))
        if argument_count is None:
            # Vyper's overloads come from default arguments and all answer alike: the fullest stands for all.
            return max(named, key=lambda function: len(function.inputs))
        for function in named:
            if len(function.inputs) == argument_count:
                return function
        raise WrongArgumentCount(f"{self.contract}.{name}", argument_count, [function.signature for function in named])

    def event(self, name: str) -> EventType:
        """The event of that name. Raises UnknownEvent."""
        for event in self.events:
            if event.name == name:
                return event
        raise UnknownEvent(self.contract, name, sorted(event.name for event in self.events))

    def encode_constructor(self, arguments: Sequence[object]) -> bytes:
        """What follows the creation code. Raises WrongArgumentCount or WrongArgument."""
        return _encode(self.contract, self.constructor, arguments)

    def decode_log(self, topics: Sequence[bytes], data: bytes) -> Event | None:
        """The event, or None if it is none of ours. Raises Undecodable if it claims to be and is not."""
        for event in self.events:
            indexed = sum(parameter.indexed for parameter in event.inputs)
            # Other standards use the same names and types with another number of topics.
            if topics and bytes(topics[0]) == event.topic and len(topics) == indexed + 1:
                return event.decode([bytes(topic) for topic in topics], bytes(data))
        return None

    def decode_call(self, data: bytes) -> Call | None:
        """What a transaction's input asks for, or None if its selector is none of ours."""
        for function in self.functions:
            if function.selector == data[:4]:
                values = decoded(function.signature, function.inputs, data[4:])
                names = [parameter.name for parameter in function.inputs]
                return Call(function, dict(zip(names, values, strict=True)))
        return None

    def selectors(self) -> dict[bytes, str]:
        """Selector -> signature of every function."""
        return {function.selector: function.signature for function in self.functions}


def parse_arguments(
    inputs: Sequence[Parameter], texts: Sequence[str], *, target: str = "constructor"
) -> tuple[object, ...]:
    """Arguments typed on a command line, as values of the types that `inputs` name."""
    if len(texts) != len(inputs):
        raise WrongArgumentCount(target, len(texts), [_named_signature(target, inputs)])
    return tuple(parsed(target, parameter, text) for parameter, text in zip(inputs, texts, strict=True))


def _function(entry: AbiEntry) -> Function:
    return Function(
        name=entry["name"],
        inputs=_parameters(entry["inputs"]),
        outputs=_parameters(entry["outputs"]),
        mutability=entry["stateMutability"],
    )


def _parameters(entries: Iterable[AbiEntry]) -> tuple[Parameter, ...]:
    return tuple(_parameter(entry) for entry in entries)


def _parameter(entry: AbiEntry) -> Parameter:
    spelled: str = entry["type"]
    indexed = bool(entry.get("indexed", False))  # only event inputs carry the key
    if not spelled.startswith("tuple"):
        return Parameter(entry["name"], spelled, (), indexed)
    components = _parameters(entry["components"])
    inner = ",".join(component.type for component in components)
    return Parameter(entry["name"], f"({inner}){spelled.removeprefix('tuple')}", components, indexed)


def _encode(target: str, inputs: Sequence[Parameter], arguments: Sequence[object]) -> bytes:
    if len(arguments) != len(inputs):
        raise WrongArgumentCount(target, len(arguments), [_named_signature(target, inputs)])
    values = [checked(target, parameter, value) for parameter, value in zip(inputs, arguments, strict=True)]
    return bytes(abi_encode([parameter.type for parameter in inputs], values))


def _as_in_topic(parameter: Parameter) -> Parameter:
    hashed = parameter.is_array or bool(parameter.components) or parameter.type in ("string", "bytes")
    return Parameter(parameter.name, "bytes32") if hashed else parameter


def _signature(name: str, inputs: Sequence[Parameter]) -> str:
    return f"{name}({','.join(parameter.type for parameter in inputs)})"


def _named_signature(name: str, inputs: Sequence[Parameter]) -> str:
    return f"{name}({', '.join(f'{parameter.type} {parameter.name}' for parameter in inputs)})"
