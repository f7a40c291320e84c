#!/usr/bin/env python3
"""`gatehouse serve` as a whole, without Docker: what it says when it cannot start, signals, and the two processes."""
import contextlib
import http.server
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

PROGRAM = Path(sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else "build/release/gatehouse")
KILLS = int(os.environ.get("GATEHOUSE_KILLS", "10"))
PATIENCE_S = 20

ROUTES = """
http:
  routers:
    all: {{rule: "PathPrefix(`/`)", service: backend}}
    secure: {{rule: "Host(`app.test`)", service: backend, tls: {{}}}}
  services:
    backend: {{loadBalancer: {{servers: [{{url: "http://127.0.0.1:{port}"}}]}}}}
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def wait_for(what, condition, seconds=PATIENCE_S):
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.005)


class Backend(http.server.BaseHTTPRequestHandler):
    """Answers with the path; /slow takes its time."""
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/slow":
            self.server.slow_began.set()
            time.sleep(0.5)
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.path)))
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, *_):
        pass


class Serve(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.backend = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Backend)
        cls.backend.slow_began = threading.Event()
        threading.Thread(target=cls.backend.serve_forever, daemon=True).start()

    @classmethod
    def tearDownClass(cls):
        cls.backend.shutdown()

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="gatehouse-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.state = self.folder / "state"
        self.dynamic = self.folder / "dynamic"
        self.dynamic.mkdir()
        (self.dynamic / "routes.yml").write_text(ROUTES.format(port=self.backend.server_port))
        self.port, self.secure_port = free_port(), free_port()
        self.log = open(self.folder / "log", "wb")
        self.addCleanup(self.log.close)

    def flags(self, *more):
        given = [f"--gatehouse.statedir={self.state}", f"--providers.file.directory={self.dynamic}",
                 "--log.level=INFO", f"--entrypoints.web.address=127.0.0.1:{self.port}",
                 f"--entrypoints.websecure.address=127.0.0.1:{self.secure_port}", *more]
        last = {flag.partition("=")[0]: flag for flag in given}  # a later one replaces an earlier
        return list(last.values())

    def start(self, *more, program=PROGRAM):
        """In a process group of its own, which ends with the test, whoever of the group still lives."""
        process = subprocess.Popen([str(program), "serve", *self.flags(*more)], stdout=self.log, stderr=self.log,
                                   process_group=0)
        self.addCleanup(process.wait)
        self.addCleanup(self.end_group, process.pid)
        return process

    @staticmethod
    def end_group(group):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)

    def serve(self, *more, program=PROGRAM):
        process = self.start(*more, program=program)
        self.wait_until_served(process)
        return process

    def wait_until_served(self, process):
        # The status is written by control, once the edge has what it published.
        def served():
            self.assertIsNone(process.poll(), self.said())
            return self.status().get("pid") == process.pid and self.get("/ready")[0] == 200
        wait_for("serving", served)

    def status(self):
        try:
            return json.loads((self.state / "run/status.json").read_text())
        except FileNotFoundError:
            return {}

    def said(self):
        return (self.folder / "log").read_text()

    def get(self, path, port=None, timeout=10):
        try:
            with socket.create_connection(("127.0.0.1", port or self.port), timeout=timeout) as connection:
                connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n".encode())
                answer = b"".join(iter(lambda: connection.recv(65536), b""))
        except ConnectionRefusedError:
            return 0, b""
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]) if head else 0, body

    def refuse(self, *flags):
        done = subprocess.run([str(PROGRAM), "serve", *flags], capture_output=True, text=True, timeout=PATIENCE_S)
        return done.returncode, done.stderr

    def edge(self):
        return self.status()["edgePid"]

    def children(self, pid):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    # --- starting

    def test_an_unknown_option_is_refused_with_the_nearest(self):
        code, text = self.refuse(f"--gatehouse.statedir={self.state}", "--entrypoints.web.adress=:80")
        self.assertEqual(code, 2)
        self.assertIn("entrypoints.web.adress", text)
        self.assertIn("address", text)
        self.assertFalse(self.state.exists())

    def test_an_option_that_is_not_supported_is_named(self):
        self.serve("--entrypoints.web.http3=true")
        self.assertIn("entryPoints.web.http3 is not supported yet", self.said())

    def test_a_port_that_is_taken_names_its_owner(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            code, text = self.refuse(*self.flags(f"--entrypoints.web.address=127.0.0.1:{port}"))
        self.assertEqual(code, 1)
        for part in (f"entry point web: 127.0.0.1:{port} is taken by ", f"(process {os.getpid()})",
                     "--entrypoints.web.address"):
            self.assertIn(part, text)
        self.assertFalse((self.state / "run/edge.sock").exists())

    def test_a_second_one_on_the_same_state_is_told_who_has_it(self):
        process = self.serve()
        code, text = self.refuse(*self.flags(f"--entrypoints.web.address=127.0.0.1:{free_port()}"))
        self.assertEqual(code, 1)
        self.assertIn(f"is in use by process {process.pid}", text)
        self.assertEqual(self.get("/x")[0], 200)

    def test_it_serves_without_an_engine(self):
        self.serve(f"--providers.docker.endpoint=unix://{self.folder}/none.sock")
        self.assertIn(f"{self.folder}/none.sock", self.said())
        self.assertEqual(self.get("/x"), (200, b"/x"))

    def test_what_the_engine_said_last_is_served_while_it_is_away(self):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        config = {"http": {"routers": {"app": {"rule": "Path(`/from-docker`)", "service": "app", "priority": 1000}},
                           "services": {"app": {"loadBalancer": {"servers": [
                               {"url": f"http://127.0.0.1:{self.backend.server_port}"}]}}}}}
        (self.state / "providers").mkdir(parents=True)
        (self.state / "providers/docker.json").write_text(f"gatehouse provider 1 {boot}\n{json.dumps(config)}")
        self.serve(f"--providers.docker.endpoint=unix://{self.folder}/none.sock")
        self.assertIn("app@docker", [router["name"] for router in self.status()["routers"]])
        self.assertEqual(self.get("/from-docker"), (200, b"/from-docker"))
        self.assertIn("provider docker does not answer", self.said())

    def test_a_broken_local_authority_is_told_of_and_left_alone(self):
        (self.state / "ca").mkdir(parents=True)
        (self.state / "ca/root.pem").write_text("junk")
        self.serve()
        self.assertIn(f"{self.state}/ca/root.key", self.said())
        self.assertEqual((self.state / "ca/root.pem").read_text(), "junk")
        self.assertFalse((self.state / "ca/root.key").exists())

    def test_it_serves_soon(self):
        begin = time.monotonic()
        self.start()
        wait_for("an answer", lambda: self.get("/x")[0] == 200)
        self.assertLess(time.monotonic() - begin, 2)  # of a loaded machine; else about 0.1 s

    # --- signals

    def test_sigterm_ends_both_at_once_when_nothing_is_under_way(self):
        for stop in (os.kill, os.killpg):
            process = self.serve()
            edge = self.edge()
            begin = time.monotonic()
            stop(process.pid, signal.SIGTERM)
            self.assertEqual(process.wait(PATIENCE_S), 0)
            self.assertLess(time.monotonic() - begin, 1)
            self.assertFalse(Path(f"/proc/{edge}").exists())
            self.assertEqual(self.get("/x")[0], 0)

    def test_sigterm_lets_a_request_end(self):
        process = self.serve()
        answers = []
        asking = threading.Thread(target=lambda: answers.append(self.get("/slow")))
        self.backend.slow_began.clear()
        asking.start()
        self.backend.slow_began.wait(PATIENCE_S)
        process.terminate()
        self.assertEqual(process.wait(PATIENCE_S), 0)
        asking.join()
        self.assertEqual(answers, [(200, b"/slow")])

    def test_ping_says_that_the_end_is_near(self):
        process = self.serve("--ping.entrypoint=web", "--ping.terminatingstatuscode=418",
                             "--entrypoints.web.transport.lifecycle.requestacceptgracetimeout=2s")
        self.assertEqual(self.get("/ping"), (200, b"OK"))
        process.terminate()
        wait_for("the answer of one that ends", lambda: self.get("/ping")[0] == 418)
        self.assertEqual(self.get("/x")[0], 200)
        self.assertEqual(process.wait(PATIENCE_S), 0)

    def test_sighup_reads_the_configuration_again(self):
        config = self.folder / "gatehouse.yml"
        other = free_port()

        def write(port, name="web"):
            config.write_text(f"entryPoints: {{{name}: {{address: '127.0.0.1:{port}'}}}}\n"
                              f"providers: {{file: {{directory: '{self.dynamic}'}}}}\nlog: {{level: INFO}}\n")
        write(self.port)
        process = subprocess.Popen([str(PROGRAM), "serve", f"--gatehouse.statedir={self.state}",
                                    f"--configfile={config}"], stdout=self.log, stderr=self.log)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        self.wait_until_served(process)
        edge = self.edge()

        write(other, "web2")
        process.send_signal(signal.SIGHUP)
        wait_for("the other port", lambda: self.get("/x", other)[0] == 200)
        wait_for("the end of the first", lambda: self.get("/x")[0] == 0)
        self.assertEqual(self.edge(), edge)

        config.write_text("entryPoints: {web: {adress: ':1'}}\n")
        process.send_signal(signal.SIGHUP)
        wait_for("a complaint", lambda: "the configuration stays as it is" in self.said())
        self.assertEqual(self.get("/x", other)[0], 200)

    def test_sigusr1_opens_the_access_log_again(self):
        log = self.folder / "access.log"
        process = self.serve(f"--accesslog.filepath={log}")
        wait_for("a line", lambda: "/ready" in log.read_text())
        log.rename(self.folder / "access.log.1")
        process.send_signal(signal.SIGUSR1)
        wait_for("a new file", log.exists)
        wait_for("a line in it", lambda: self.get("/after")[0] == 200 and "/after" in log.read_text())

    def test_both_processes_log_to_the_file(self):
        log = self.folder / "gatehouse.log"
        self.serve(f"--log.filepath={log}").terminate()
        wait_for("the end", lambda: " edge " in log.read_text() and " control " in log.read_text())

    # --- following files

    def test_a_changed_file_is_followed_and_a_broken_one_changes_nothing(self):
        self.serve("--providers.providersthrottleduration=0.05s")
        file = self.dynamic / "routes.yml"
        good = file.read_text()
        file.write_text("http: [")
        wait_for("a complaint", lambda: f"{file}:1" in self.said())
        self.assertEqual(self.get("/x")[0], 200)
        file.write_text(good.replace("PathPrefix(`/`)", "Path(`/only`)"))
        wait_for("the change", lambda: self.get("/x")[0] == 404)
        self.assertEqual(self.get("/only")[0], 200)

    # --- TLS of private names

    def test_private_names_have_certificates_of_the_local_authority(self):
        self.serve()
        context = ssl.create_default_context(cafile=self.status()["localRoot"])
        with socket.create_connection(("127.0.0.1", self.secure_port), timeout=10) as connection:
            with context.wrap_socket(connection, server_hostname="app.test") as secured:
                secured.sendall(b"GET /x HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\n\r\n")
                self.assertTrue(secured.recv(100).startswith(b"HTTP/1.1 200"))

    def test_clients_of_http2(self):
        self.serve()
        url, root = f"https://app.test:{self.secure_port}/x", self.status()["localRoot"]

        def run(*command):
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            return done.stdout

        here = ("--resolve", f"app.test:{self.secure_port}:127.0.0.1")
        version = ("-s", "-o", "/dev/null", "-w", "%{http_version} %{http_code}")
        self.assertEqual(run("curl", *version, "--http2", "--cacert", root, *here, url), "2 200")
        self.assertEqual(run("curl", *version, "--http1.1", "--cacert", root, *here, url), "1.1 200")
        plain = f"http://127.0.0.1:{self.port}/x"
        self.assertEqual(run("curl", *version, "--http2-prior-knowledge", "-H", "Host: app.test", plain), "2 200")
        shown = run("nghttp", "-v", "--no-dep", "-H", ":authority: app.test", f"https://127.0.0.1:{self.secure_port}/x")
        self.assertRegex(shown, r"recv \(stream_id=\d+\) :status: 200")
        loaded = run("h2load", "-n", "200", "-c", "2", "-m", "2", f"--connect-to=127.0.0.1:{self.secure_port}", url)
        self.assertIn("200 succeeded, 0 failed", loaded)

    def test_certificate_files_are_followed(self):
        def make(certificate, key):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                            "-subj", "/CN=filed.example.com", "-addext", "subjectAltName=DNS:filed.example.com",
                            "-days", "2", "-out", certificate, "-keyout", key], check=True, capture_output=True)

        def shown():
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            with socket.create_connection(("127.0.0.1", self.secure_port), timeout=10) as connection:
                with context.wrap_socket(connection, server_hostname="filed.example.com") as secured:
                    return secured.getpeercert(binary_form=True)

        certificate, key = self.folder / "cert.pem", self.folder / "key.pem"
        make(certificate, key)
        (self.dynamic / "tls.yml").write_text(
            f"tls: {{certificates: [{{certFile: {certificate}, keyFile: {key}}}]}}\n")
        self.serve("--providers.providersthrottleduration=0.05s")
        self.assertEqual(shown(), ssl.PEM_cert_to_DER_cert(certificate.read_text()))
        make(self.folder / "new.pem", self.folder / "new-key.pem")
        (self.folder / "new-key.pem").rename(key)
        (self.folder / "new.pem").rename(certificate)
        renewed = ssl.PEM_cert_to_DER_cert(certificate.read_text())
        wait_for("the renewed certificate", lambda: shown() == renewed)

    def test_what_the_authority_says_is_stapled(self):
        def openssl(*arguments):
            subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, cwd=self.folder)

        responder_port = free_port()
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=CA",
                "-days", "2", "-out", "ca.pem", "-keyout", "ca-key.pem")
        (self.folder / "extensions").write_text("subjectAltName=DNS:filed.example.com\n"
                                                f"authorityInfoAccess=OCSP;URI:http://127.0.0.1:{responder_port}\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=filed",
                "-out", "request.pem", "-keyout", "key.pem")
        openssl("x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca-key.pem", "-set_serial", "0x1234",
                "-days", "2", "-extfile", "extensions", "-out", "leaf.pem")
        (self.folder / "chain.pem").write_text((self.folder / "leaf.pem").read_text() +
                                               (self.folder / "ca.pem").read_text())
        (self.folder / "index.txt").write_text("V\t301231235959Z\t\t1234\tunknown\t/CN=filed\n")
        responder = subprocess.Popen(
            ["openssl", "ocsp", "-index", "index.txt", "-port", str(responder_port), "-rsigner", "ca.pem", "-rkey",
             "ca-key.pem", "-CA", "ca.pem", "-nmin", "10"], cwd=self.folder, stdout=self.log, stderr=self.log)
        self.addCleanup(responder.wait)
        self.addCleanup(responder.kill)
        wait_for("the responder", lambda: "waiting for OCSP client connections" in self.said())
        (self.dynamic / "tls.yml").write_text(
            f"tls: {{certificates: [{{certFile: {self.folder}/chain.pem, keyFile: {self.folder}/key.pem}}]}}\n")
        self.serve("--ocsp", "--providers.providersthrottleduration=0.05s")

        def shown():
            done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.secure_port}", "-servername",
                                   "filed.example.com", "-status"], input=b"", capture_output=True, timeout=10)
            return b"Cert Status: good" in done.stdout
        wait_for("a stapled response", shown)

    # --- two processes

    def test_killing_control_again_and_again_fails_no_request(self):
        process = self.serve()
        edge = self.edge()
        failures, answered, stop = [], [], threading.Event()

        def ask():
            while not stop.is_set():
                try:
                    status, _ = self.get("/load")
                    (answered if status == 200 else failures).append(status)
                except OSError as error:
                    failures.append(error)
        askers = [threading.Thread(target=ask) for _ in range(4)]
        for asker in askers:
            asker.start()
        for _ in range(KILLS):
            process.kill()
            process.wait()
            process = self.serve()
        stop.set()
        for asker in askers:
            asker.join()
        self.assertEqual(failures, [])
        self.assertGreater(len(answered), KILLS)
        self.assertEqual(self.edge(), edge)
        process.terminate()
        self.assertEqual(process.wait(PATIENCE_S), 0)
        wait_for("the end of the edge", lambda: not Path(f"/proc/{edge}").exists())

    def test_takeover_applies_what_changed_meanwhile(self):
        process = self.serve()
        edge = self.edge()
        process.kill()
        process.wait()
        third = free_port()
        self.assertEqual(self.get("/x")[0], 200)
        self.serve(f"--entrypoints.third.address=127.0.0.1:{third}")
        self.assertEqual(self.edge(), edge)
        wait_for("the new entry point", lambda: self.get("/x", third)[0] == 200)

    def test_an_edge_that_dies_is_replaced_and_nobody_is_refused(self):
        process = self.serve()
        edge = self.edge()
        os.kill(edge, signal.SIGKILL)
        self.assertEqual(self.get("/x"), (200, b"/x"))  # it waits in the socket's queue
        wait_for("the status", lambda: self.edge() != edge)
        self.assertEqual(self.children(process.pid), [self.edge()])
        self.assertIn("signal 9", self.said())

    def test_another_build_replaces_the_edge_without_dropping_a_request(self):
        process = self.serve()
        old = self.edge()
        answers = []
        asking = threading.Thread(target=lambda: answers.append(self.get("/slow")))
        self.backend.slow_began.clear()
        asking.start()
        self.backend.slow_began.wait(PATIENCE_S)
        process.kill()
        process.wait()
        self.serve(program=self.other_build())
        new = self.edge()
        self.assertNotEqual(new, old)
        asking.join()
        self.assertEqual(answers, [(200, b"/slow")])
        wait_for("the end of the old edge", lambda: not Path(f"/proc/{old}").exists())
        self.assertEqual(self.get("/x")[0], 200)

    def other_build(self):
        """The same program with another build id."""
        notes = subprocess.run(["readelf", "--notes", str(PROGRAM)], capture_output=True, text=True, check=True).stdout
        build = bytes.fromhex(re.search(r"Build ID: ([0-9a-f]+)", notes)[1])
        copy = self.folder / "gatehouse"
        content = PROGRAM.read_bytes()
        self.assertEqual(content.count(build), 1)
        copy.write_bytes(content.replace(build, bytes(reversed(build))))
        copy.chmod(0o755)
        return copy

    @unittest.skipUnless(os.geteuid() == 0, "only root can start it as another user")
    def test_the_edge_has_no_privileges(self):
        self.serve()
        status = Path(f"/proc/{self.edge()}/status").read_text()
        self.assertNotIn("0", re.search(r"Uid:\s+(.*)", status)[1].split())
        for line in ("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1"):
            self.assertIn(line, status)

    def test_the_edge_is_in_its_sandbox(self):
        self.serve()
        if "this build has sanitizers" in self.said():
            self.skipTest("sanitizers need what the sandbox forbids")
        edge = self.edge()
        for confined in [edge, *self.descendants(edge)]:
            status = Path(f"/proc/{confined}/status").read_text()
            for line in ("Seccomp:\t2", "NoNewPrivs:\t1", "CapEff:\t0000000000000000"):
                self.assertIn(line, status)
        limits = Path(f"/proc/{edge}/limits").read_text()
        self.assertRegex(limits, r"Max core file size +0 +0 ")
        self.assertRegex(limits, r"Max data size +\d+ +\d+ ")
        self.assertEqual(*re.search(r"Max open files +(\d+) +(\d+) ", limits).groups())
        # Not dumpable: what the kernel shows of it belongs to root, whoever it runs as.
        self.assertEqual(Path(f"/proc/{edge}/mem").stat().st_uid, 0)
        self.assertNotIn("the edge runs without", self.said().replace("the edge runs without Landlock", ""))

    def test_names_are_resolved_by_another_process(self):
        name = socket.gethostname()
        try:
            addresses = {info[4][0] for info in socket.getaddrinfo(name, None, socket.AF_INET)}
        except OSError:
            self.skipTest("this machine does not know its own name")
        backend = http.server.ThreadingHTTPServer(("0.0.0.0", 0), Backend)
        threading.Thread(target=backend.serve_forever, daemon=True).start()
        self.addCleanup(backend.shutdown)
        self.assertTrue(addresses)
        routes = ROUTES.format(port=backend.server_port).replace("127.0.0.1", name)
        (self.dynamic / "routes.yml").write_text(routes)
        self.serve()
        self.assertEqual(self.get("/named"), (200, b"/named"))
        # They end with the edge.
        named = self.descendants(self.edge())
        self.assertTrue(named)
        os.kill(self.edge(), signal.SIGKILL)
        wait_for("the end of the lookups", lambda: not any(self.is_running(pid) for pid in named))

    def descendants(self, pid):
        return [below for child in self.children(pid) for below in [child, *self.descendants(child)]]

    @staticmethod
    def is_running(pid):
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False


if __name__ == "__main__":
    unittest.main()
