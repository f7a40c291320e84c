"""What the end-to-end tests do on their machine: run programs, ask over HTTPS, look at containers."""
import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WORK = ROOT / "build/e2e/work"
STATE = Path("/var/lib/gatehouse")
AUTHORITY = STATE / "ca/root.pem"
INFRA = WORK / "infra"
PROGRAM = WORK / "prefix/bin/gatehouse"


class Ran:
    """A program that has ended: its exit code, and all that it wrote."""

    def __init__(self, done, seconds):
        self.code, self.seconds = done.returncode, seconds
        self.out, self.err = done.stdout, done.stderr
        self.text = done.stdout + done.stderr

    def __repr__(self):
        return f"exit code {self.code} after {self.seconds:.1f} s\n{self.text[-4000:]}"


def run(*command, timeout=120, cwd=ROOT, env=None, stdin=None):
    begin = time.monotonic()
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=timeout, cwd=cwd,
                          env={**os.environ, **(env or {})}, input=stdin)
    return Ran(done, time.monotonic() - begin)


def gatehouse(*arguments, **options):
    return run(PROGRAM, *arguments, **options)


def must(*command, **options):
    ran = run(*command, **options)
    if ran.code != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: {ran}")
    return ran.out.strip()


def wait_for(what, condition, seconds=30):
    """Returns the first true value of condition()."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.1)


class Answer:
    def __init__(self, text):
        head, _, self.body = text.replace("\r\n", "\n").partition("\n\n")
        first, *lines = head.split("\n")
        match = re.match(r"HTTP/[\d.]+ (\d+)", first)
        self.status = int(match[1]) if match else 0
        self.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}

    def __repr__(self):
        return f"{self.status} {self.headers}\n{self.body[:1000]}"


def ask(url, *options, authority=AUTHORITY):
    """A request through the edge; certificates are checked against the machine's own authority."""
    trust = ["--cacert", authority] if url.startswith("https:") else []
    ran = run("curl", "--silent", "--show-error", "--include", "--max-time", "20", *trust, *options, url)
    if ran.code != 0:
        raise AssertionError(f"curl {url}: {ran}")
    return Answer(ran.out)


def containers(project):
    """Service name -> what the engine says of its container, running or not."""
    ids = must("docker", "ps", "--all", "--quiet", "--filter", f"label=com.docker.compose.project={project}").split()
    found = json.loads(must("docker", "inspect", *ids)) if ids else []
    return {one["Config"]["Labels"]["com.docker.compose.service"]: one for one in found}


def env_of(folder):
    lines = (folder / ".env").read_text().splitlines()
    return {name: value.strip("'") for name, _, value in (line.partition("=") for line in lines if not line.startswith("#"))}


def copy_infra():
    """A tree of its own for the tests, without what the user's tree has grown (.env, backups)."""
    shutil.rmtree(INFRA, ignore_errors=True)
    shutil.copytree(ROOT / "infra", INFRA, ignore=shutil.ignore_patterns(".env", "backups", "letsencrypt"))


def quickstart(timeout=1200):
    return run("./quickstart", "--infra", INFRA, "--prefix", WORK / "prefix", timeout=timeout)


def bring_up():
    """The example server, brought up once for all tests."""
    if not INFRA.exists():
        copy_infra()
        ran = quickstart()
        if ran.code != 0:
            raise AssertionError(f"quickstart: {ran}")


def make_stack(name, compose, env=None, example=None):
    """A stack of the test's own below the tree of the tests; returns its folder."""
    folder = INFRA / "stacks" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "docker-compose.yml").write_text(compose)
    for file, variables in ((".env", env), (".env.example", example if example is not None else env)):
        if variables is not None:
            (folder / file).write_text("".join(f"{key}={value}\n" for key, value in variables.items()))
    return folder


def remove_stack(name):
    ids = must("docker", "ps", "--all", "--quiet", "--filter", f"label=com.docker.compose.project={name}").split()
    if ids:
        must("docker", "rm", "--force", "--volumes", *ids)
    for network in must("docker", "network", "ls", "--quiet", "--filter", f"label=com.docker.compose.project={name}").split():
        must("docker", "network", "rm", network)
    shutil.rmtree(INFRA / "stacks" / name, ignore_errors=True)
