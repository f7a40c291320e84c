#!/usr/bin/env python3
"""Fails where docs/options.md falls behind the options of src/model: one that it lacks or invents, or a mark that the
code contradicts. A comment <!-- struct NAME --> stands above the table of each struct's options."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs/options.md"
# What nobody configures: messages between our processes, and the machinery of the model itself.
LEFT_OUT = {"snapshot.h", "adoption.h", "reflect.h", "trait.h"}
ROOTS = ["StaticConfig", "DynamicConfig", "ContainerLabels"]

STRUCT = re.compile(r"^struct (\w+)(?: : \w+)? \{\n(.*?)^\};", re.S | re.M)
FIELD = re.compile(r'\bfield\("(\w+)",\s*&\w+::(\w+)([^;]*)\);')
MEMBER = re.compile(r"^  ([\w:<>, ]+?) (\w+)(?:\s*=[^;]*|\{[^;]*\})?;", re.M)
MARKS = {"yes", "no effect", "not yet"}


def read_model():
    """Struct -> option -> (is marked as unsupported, the words of its type)."""
    structs = {}
    for file in sorted((ROOT / "src/model").glob("*.h")):
        if file.name in LEFT_OUT:
            continue
        for name, body in STRUCT.findall(file.read_text()):
            types = {member: kind for kind, member in MEMBER.findall(body)}
            fields = {}
            for option, member, traits in FIELD.findall(body):
                if "kInternal" not in traits:
                    fields[option] = ("kUnsupported" in traits, re.findall(r"\w+", types.get(member, "")))
            if fields:
                structs[name] = fields
    return structs


def supported_structs(structs):
    """Those that lie below an option which is not marked as unsupported."""
    found, waiting = set(), list(ROOTS)
    while waiting:
        name = waiting.pop()
        if name in found or name not in structs:
            continue
        found.add(name)
        for unsupported, words in structs[name].values():
            if not unsupported:
                waiting += words
    return found


def read_document():
    """Struct -> the text below its comment, up to the next heading; several comments may share one."""
    texts = {}
    pending = []
    for part in re.split(r"^(<!-- struct \w+ -->|#+ .*)\n", DOCUMENT.read_text(), flags=re.M):
        comment = re.fullmatch(r"<!-- struct (\w+) -->", part)
        if comment:
            pending.append(comment[1])
        elif part.startswith("#"):
            pending = []
        elif part.strip():
            texts.update((name, part) for name in pending)
            pending = []
    return texts


def check_rows(struct, fields, text, complain):
    rows = {}
    for option, mark in re.findall(r"^\| `(\w+)` \| [^|]* \| ([^|]*) \|", text, re.M):
        rows[option] = mark
    for option in fields.keys() - rows.keys():
        complain(f"{struct}: {option} is missing")
    for option, mark in rows.items():
        if option not in fields:
            complain(f"{struct}: {option} is no option of src/model")
        elif mark not in MARKS:
            complain(f'{struct}: {option} is marked "{mark}", which is none of {", ".join(sorted(MARKS))}')
        elif fields[option][0] != (mark == "not yet"):
            complain(f'{struct}: {option} is marked "{mark}", and {"" if fields[option][0] else "not "}kUnsupported in src/model')


def main():
    structs, texts, complaints = read_model(), read_document(), []
    supported = supported_structs(structs)
    for struct, fields in structs.items():
        if struct not in texts:
            complaints.append(f"{struct}: there is no <!-- struct {struct} -->; it has {', '.join(fields)}")
        elif struct in supported:
            check_rows(struct, fields, texts[struct], complaints.append)
        else:
            complaints += [f"{struct}: {option} is missing" for option in fields if f"`{option}`" not in texts[struct]]
    complaints += [f"{struct}: src/model has no such struct" for struct in texts.keys() - structs.keys()]
    for complaint in complaints:
        print(f"docs/options.md: {complaint}", file=sys.stderr)
    print(f"{sum(map(len, structs.values()))} options, {len(complaints)} wrong")
    return 1 if complaints or not structs else 0


if __name__ == "__main__":
    sys.exit(main())
