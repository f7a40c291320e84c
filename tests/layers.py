#!/usr/bin/env python3
"""Fails on an include that goes up or sideways in the house: see LAYERS, lowest first."""
import re
import sys
from pathlib import Path

# Each line is a storey; a file may include from its own folder and from the storeys below it.
LAYERS = [
    ["base"],
    ["sys"],
    ["async", "format"],
    ["net"],
    ["tls"],
    ["http"],
    ["model"],
    ["ipc"],
    ["docker", "compose"],
    ["policy", "acme", "discovery", "observe"],
    ["backup", "deploy"],
    ["edge", "control", "api"],
    ["app"],
]
STOREY = {name: number for number, names in enumerate(LAYERS) for name in names}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([a-z_]+)/')


def find_breaches(src: Path) -> list[str]:
    breaches = []
    for file in sorted(src.rglob("*.*")):
        if file.suffix not in (".h", ".cpp"):
            continue
        layer = file.relative_to(src).parts[0]
        if layer not in STOREY:
            breaches.append(f"{file}: the folder {layer} is no layer of the house")
            continue
        for number, line in enumerate(file.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match or match[1] == layer:
                continue
            if match[1] not in STOREY:
                breaches.append(f"{file}:{number}: includes from {match[1]}, which is no layer of the house")
            elif STOREY[match[1]] >= STOREY[layer]:
                breaches.append(f"{file}:{number}: {layer} may not include from {match[1]}, which is not below it")
    return breaches


if __name__ == "__main__":
    found = find_breaches(Path(sys.argv[1]))
    print("\n".join(found) or "every include goes down")
    sys.exit(1 if found else 0)
