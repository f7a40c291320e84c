#!/usr/bin/env python3
"""The edge's role, linked alone, holds nothing of Docker, deploys, certificate authorities or control: an intruder in it
finds no code that talks to an engine. `edge_alone.py EDGE_ALONE WHOLE_PROGRAM [NM]`; the whole program holds all of it,
so the check can tell."""
import re
import subprocess
import sys
from pathlib import Path

FOREIGN = ("docker", "deploy", "compose", "acme", "control", "discovery", "policy", "backup", "app")
SPAWNS = re.compile(r"\b(execve|execvp?|execl[pe]?|posix_spawnp?|popen|system)(@|$)")


def symbols(program, nm, *flags):
    listing = subprocess.run([nm, *flags, program], check=True, capture_output=True, text=True).stdout
    return [line.split(maxsplit=2)[-1] for line in listing.splitlines()]


def layers(defined):
    """The namespaces of the functions and data in it."""
    return {layer for symbol in defined for layer in re.findall(r"\bgatehouse::(\w+)::", symbol)}


def main(alone, whole, nm="nm"):
    defined = symbols(alone, nm, "--demangle", "--defined-only")
    problems = [f"it holds code of {layer}" for layer in sorted(layers(defined) & set(FOREIGN))]
    problems += [f"it holds {name}" for name in defined if "gatehouse::sys::Process::spawn" in name]
    if not any("__asan_init" in name or "__tsan_init" in name for name in defined):  # they start a symbolizer
        called = {name.split()[-1] for name in symbols(alone, nm, "--undefined-only")}
        problems += [f"it can call {name}" for name in sorted(called) if SPAWNS.search(name)]
    if b"/containers/" in Path(alone).read_bytes():
        problems.append("it names a path of the Docker engine's API")
    blind = {"docker", "deploy", "edge"} - layers(symbols(whole, nm, "--demangle", "--defined-only"))
    problems += [f"the whole program shows no code of {layer}: this check is blind" for layer in sorted(blind)]
    for problem in problems:
        print(f"{alone}: {problem}")
    print(f"{len(problems)} problems; layers: {', '.join(sorted(layers(defined)))}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
