"""A typed Python class for each contract."""

import keyword
from collections.abc import Iterable
from pathlib import Path

from contracts import Artifact
from contracts.abi import Function
from contracts.values import Parameter
from scripts.generation.interfaces import MARK, camel

RESERVED = {"chain", "address", "artifact", "events_of", "self"}


def files(artifacts: Iterable[Artifact], folder: Path) -> dict[Path, str]:
    artifacts = list(artifacts)
    found = {folder / f"{artifact.name}.py": binding(artifact) for artifact in artifacts}
    exports = [
        f"from contracts.typed.{artifact.name} import {camel(artifact.name)}"
        for artifact in sorted(artifacts, key=lambda each: each.name)
    ]
    # Names in capitals first: the order that the linter wants.
    classes = sorted((camel(artifact.name) for artifact in artifacts), key=lambda name: (not name.isupper(), name))
    listed = ", ".join(f'"{name}"' for name in classes)
    words = f'"""Typed bindings of every contract of the suite. {MARK}."""\n\n'
    found[folder / "__init__.py"] = words + "\n".join(exports) + f"\n\n__all__ = [{listed}]\n"
    return found


def binding(artifact: Artifact) -> str:
    structs: dict[tuple[str, ...], str] = {(): camel(artifact.name)}  # taken: no record is called as the class
    methods = [_method(artifact, group, structs) for group in _by_name(artifact)]
    classes = [_dataclass(name, shape) for shape, name in structs.items() if shape]
    body = "\n\n".join([*classes, _class(artifact, methods)])
    generic = [name for name in ("Mapping", "Sequence") if f"{name}[" in body]
    typing = [name for name, use in (("Any", "Any]"), ("cast", "cast(")) if use in body]
    ours = [name for name, use in (("Bound", "(Bound)"), ("Sent", "-> Sent:"), ("given", ", given(")) if use in body]
    imports = [
        *([f"from collections.abc import {', '.join(generic)}"] if generic else []),
        *(["from dataclasses import dataclass"] if classes else []),
        *([f"from typing import {', '.join(typing)}"] if typing else []),
        *([""] if generic or classes or typing else []),
        f"from contracts.chain import {', '.join(ours)}",
    ]
    head = f'"""{camel(artifact.name)}: {artifact.documentation["contract"].get("title", artifact.name)}.'
    return f'{head}\n\n{MARK} from {artifact.name}.vy.\n"""\n\n' + "\n".join(imports) + f"\n\n\n{body}\n"


def _by_name(artifact: Artifact) -> list[list[Function]]:
    groups: dict[str, list[Function]] = {}
    for function in artifact.interface.functions:
        groups.setdefault(function.name, []).append(function)
    return [sorted(group, key=lambda each: len(each.inputs)) for group in groups.values()]


def _class(artifact: Artifact, methods: list[str]) -> str:
    notice = artifact.documentation["contract"].get("notice", "")
    return (
        f'class {camel(artifact.name)}(Bound):\n    """{_paragraph(notice, 4)}"""\n\n    NAME = "{artifact.name}"\n\n'
        + ("\n\n".join(methods))
    )


def _method(artifact: Artifact, group: list[Function], structs: dict[tuple[str, ...], str]) -> str:
    least, fullest = group[0], group[-1]
    names = _names(fullest.inputs)
    types = [_input(parameter) for parameter in fullest.inputs]
    needed = len(least.inputs)
    parameters = [f"{name}: {type_}" for name, type_ in zip(names[:needed], types[:needed], strict=True)]
    parameters += [f"{name}: {type_} | None = None" for name, type_ in zip(names[needed:], types[needed:], strict=True)]
    arguments = f"[{', '.join(names)}]" if len(group) == 1 else f"given({', '.join(names)})"
    reads = fullest.mutability in ("view", "pure")
    answer = _answer(fullest, structs) if reads else "Sent"
    name = f"{fullest.name}_" if keyword.iskeyword(fullest.name) or fullest.name in RESERVED else fullest.name
    signature = f"    def {name}({', '.join(['self', *parameters])}) -> {answer}:\n"
    asked = f'self._{"read" if reads else "send"}("{fullest.name}", {arguments})'
    return signature + _words(artifact, fullest.name) + f"        {_returned(fullest, asked, structs, reads)}"


def _words(artifact: Artifact, name: str) -> str:
    entry = artifact.documentation["functions"].get(name)
    if entry is None or not entry.get("notice"):
        return ""
    lines = [entry["notice"]]
    if entry.get("params"):
        lines += ["", *[f"{_safe(key)}: {meaning}" for key, meaning in entry["params"].items()]]
    if entry.get("returns"):
        lines += ["", f"Answers: {entry['returns']}"]
    text = "\n".join(_paragraph(line, 8) if line else "" for line in lines)
    indented = text.replace("\n", "\n        ").replace("\n        \n", "\n\n")
    close = '"""' if len(lines) == 1 and "\n" not in indented else '\n        """'
    return f'        """{indented}{close}\n'


def _paragraph(text: str, indent: int) -> str:
    """Lines of at most 118 characters; the caller indents all but the first."""
    width, lines, line = 117 - indent, [], ""
    for word in text.replace("\\", "\\\\").split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    joiner = "\n" if indent == 8 else f"\n{' ' * indent}"
    return joiner.join([*lines, line])


def _returned(function: Function, asked: str, structs: dict[tuple[str, ...], str], reads: bool) -> str:
    if not reads:
        return f"return {asked}"
    if len(function.outputs) == 1 and function.outputs[0].components:
        output = function.outputs[0]
        name = structs[_shape(output)]
        if output.is_array:
            return f"return tuple({name}(**each) for each in cast(tuple[dict[str, Any], ...], {asked}))"
        return f"return {name}(**cast(dict[str, Any], {asked}))"
    return f"return cast({_answer(function, structs)}, {asked})"


def _answer(function: Function, structs: dict[tuple[str, ...], str]) -> str:
    if not function.outputs:
        return "None"
    if len(function.outputs) > 1:
        return f"tuple[{', '.join(_output(each) for each in function.outputs)}]"
    (output,) = function.outputs
    if not output.components:
        return _output(output)
    name = structs.setdefault(_shape(output), _struct_name(function.name, structs))
    return f"tuple[{name}, ...]" if output.is_array else name


def _struct_name(function: str, structs: dict[tuple[str, ...], str]) -> str:
    name = camel(function)
    return name if name not in structs.values() else f"{name}Record"


def _shape(output: Parameter) -> tuple[str, ...]:
    return tuple(f"{field.name} {_output(field)}" for field in output.components)


def _dataclass(name: str, shape: tuple[str, ...]) -> str:
    fields = "\n".join(f"    {_safe(field.split(' ', 1)[0])}: {field.split(' ', 1)[1]}" for field in shape)
    return f"@dataclass(frozen=True, slots=True)\nclass {name}:\n{fields}\n"


def _input(parameter: Parameter) -> str:
    if parameter.is_array:
        return f"Sequence[{_input(parameter.item())}]"
    if parameter.components:
        return "Mapping[str, object]"
    return _scalar(parameter.type)


def _output(parameter: Parameter) -> str:
    if parameter.is_array:
        return f"tuple[{_output(parameter.item())}, ...]"
    if parameter.components:
        return "Mapping[str, Any]"
    return _scalar(parameter.type)


def _scalar(type_name: str) -> str:
    if type_name in ("bool",):
        return "bool"
    if type_name == "string":
        return "str"
    return "int" if type_name.startswith(("uint", "int")) else "bytes"


def _names(inputs: tuple[Parameter, ...]) -> list[str]:
    return [_safe(parameter.name) or f"key{index}" for index, parameter in enumerate(inputs)]


def _safe(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) or name == "self" else name
