"""A typed Python class for each contract."""

import keyword
from collections.abc import Iterable
from pathlib import Path

from contracts import Artifact
from contracts.abi import Function
from contracts.values import Parameter
from scripts.generation.getters import functions_of
from scripts.generation.interfaces import MARK, camel, heading
from scripts.generation.records import record_names, shape_of

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
    records = _Records(artifact)
    methods = [_method(artifact, group, records) for group in _by_name(artifact)]
    classes = list(records.classes.values())
    body = "\n\n".join([*classes, _class(artifact, methods)])
    listed, casting = "Sequence[" in body, "cast(" in body
    used = (("Bound", "(Bound)"), ("Sent", "-> Sent:"), ("given", ", given("), ("record", " record("))
    ours = [name for name, use in used if use in body]
    imports = [
        *(["from collections.abc import Sequence"] if listed else []),
        *(["from dataclasses import dataclass"] if classes else []),
        *(["from typing import cast"] if casting else []),
        *([""] if listed or classes or casting else []),
        f"from contracts.chain import {', '.join(ours)}",
    ]
    head = f'"""{heading(artifact, camel(artifact.name))}.'
    return f'{head}\n\n{MARK} from {artifact.name}.vy.\n"""\n\n' + "\n".join(imports) + f"\n\n\n{body}\n"


def _by_name(artifact: Artifact) -> list[list[Function]]:
    groups: dict[str, list[Function]] = {}
    for function in functions_of(artifact):
        groups.setdefault(function.name, []).append(function)
    return [sorted(group, key=lambda each: len(each.inputs)) for group in groups.values()]


def _class(artifact: Artifact, methods: list[str]) -> str:
    notice = artifact.documentation["contract"].get("notice", "")
    return (
        f'class {camel(artifact.name)}(Bound):\n    """{_paragraph(notice, 4)}"""\n\n    NAME = "{artifact.name}"\n\n'
        + ("\n\n".join(methods))
    )


class _Records:
    """The records that functions take and answer with, called as in the contract; `classes` in the order of need."""

    def __init__(self, artifact: Artifact) -> None:
        self._names = record_names(artifact)
        self._taken = camel(artifact.name)
        self.classes: dict[str, str] = {}

    def name(self, parameter: Parameter, otherwise: str) -> str:
        """Of a parameter's type; `otherwise` is for a record of an imported module, which has no name here."""
        shape = shape_of(parameter)
        name = self._names.get(shape, camel(otherwise))
        name = f"{name}Record" if name == self._taken else name
        assert not any(map(keyword.iskeyword, shape)), f"{name} has a field that Python cannot name"
        fields = [f"    {field.name}: {self.output(field)}" for field in parameter.components]
        text = "@dataclass(frozen=True, slots=True)\nclass " + "\n".join([f"{name}:", *fields]) + "\n"
        assert self.classes.setdefault(name, text) == text, f"two records are called {name}"
        return name

    def input(self, parameter: Parameter) -> str:
        if parameter.is_array:
            return f"Sequence[{self.input(parameter.item())}]"
        return self.name(parameter, parameter.name) if parameter.components else _scalar(parameter.type)

    def output(self, parameter: Parameter, otherwise: str = "") -> str:
        if parameter.is_array:
            return f"tuple[{self.output(parameter.item(), otherwise)}, ...]"
        return self.name(parameter, otherwise or parameter.name) if parameter.components else _scalar(parameter.type)


def _method(artifact: Artifact, group: list[Function], records: _Records) -> str:
    least, fullest = group[0], group[-1]
    names = _names(fullest.inputs)
    types = [records.input(parameter) for parameter in fullest.inputs]
    needed = len(least.inputs)
    parameters = [f"{name}: {type_}" for name, type_ in zip(names[:needed], types[:needed], strict=True)]
    parameters += [f"{name}: {type_} | None = None" for name, type_ in zip(names[needed:], types[needed:], strict=True)]
    arguments = f"[{', '.join(names)}]" if len(group) == 1 else f"given({', '.join(names)})"
    reads = fullest.mutability in ("view", "pure")
    answer = _answer(fullest, records) if reads else "Sent"
    name = f"{fullest.name}_" if keyword.iskeyword(fullest.name) or fullest.name in RESERVED else fullest.name
    signature = f"    def {name}({', '.join(['self', *parameters])}) -> {answer}:\n"
    asked = f'self._{"read" if reads else "send"}("{fullest.name}", {arguments})'
    return signature + _words(artifact, fullest.name) + f"        {_returned(fullest, asked, records, reads)}"


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


def _returned(function: Function, asked: str, records: _Records, reads: bool) -> str:
    if not reads:
        return f"return {asked}"
    if len(function.outputs) == 1 and function.outputs[0].components:
        (output,) = function.outputs
        if output.is_array:
            name = records.output(output.item(), function.name)
            return f"return tuple(record({name}, each) for each in cast(tuple[object, ...], {asked}))"
        return f"return record({records.output(output, function.name)}, {asked})"
    return f"return cast({_answer(function, records)}, {asked})"


def _answer(function: Function, records: _Records) -> str:
    if not function.outputs:
        return "None"
    if len(function.outputs) > 1:
        return f"tuple[{', '.join(records.output(each) for each in function.outputs)}]"
    return records.output(function.outputs[0], function.name)


def _scalar(type_name: str) -> str:
    if type_name in ("bool",):
        return "bool"
    if type_name == "string":
        return "str"
    return "int" if type_name.startswith(("uint", "int")) else "bytes"


def _names(inputs: tuple[Parameter, ...]) -> list[str]:
    return [_safe(parameter.name) for parameter in inputs]


def _safe(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) or name == "self" else name
