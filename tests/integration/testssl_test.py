#!/usr/bin/env python3
"""testssl.sh against the default TLS options: no finding above LOW."""
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

PROGRAM = Path(sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else "build/release/gatehouse")
HOST = "app.example.com"
START_S = 20
SCAN_S = 500
# Protocols, cipher suites, forward secrecy, what the server prefers and shows, known weaknesses. What headers say is the
# applications' affair.
CHECKS = ["--protocols", "--std", "--pfs", "--server-preference", "--server-defaults", "--vulnerable"]
BAD = {"MEDIUM", "HIGH", "CRITICAL", "FATAL"}


class TestSsl(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="gatehouse-testssl-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=self.folder)

    def make_certificates(self):
        """One with an EC key and one with an RSA key, by an authority that the scanner trusts."""
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=CA",
                     "-days", "90", "-out", "ca.pem", "-keyout", "ca-key.pem")
        (self.folder / "extensions").write_text(f"subjectAltName=DNS:{HOST}\nextendedKeyUsage=serverAuth\n"
                                                "keyUsage=digitalSignature\n"
                                                "crlDistributionPoints=URI:http://crl.example.com/ca.crl\n")
        for name, key in (("ec", ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]), ("rsa", ["rsa:2048"])):
            self.openssl("req", "-newkey", *key, "-nodes", "-subj", f"/CN={HOST}", "-out", f"{name}.csr", "-keyout",
                         f"{name}-key.pem")
            self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca-key.pem", "-days", "80",
                         "-extfile", "extensions", "-out", f"{name}.pem")

    def serve(self):
        files = "\n".join(f"    - {{certFile: {self.folder}/{name}.pem, keyFile: {self.folder}/{name}-key.pem}}"
                          for name in ("ec", "rsa"))
        (self.folder / "routes.yml").write_text(
            f"http:\n  routers:\n    app: {{rule: 'Host(`{HOST}`)', service: app, tls: {{}}}}\n"
            "  services:\n    app: {loadBalancer: {servers: [{url: 'http://127.0.0.1:9'}]}}\n"
            f"tls:\n  certificates:\n{files}\n")
        (self.folder / "static.yml").write_text(
            f"gatehouse: {{stateDir: {self.folder}/state}}\nproviders: {{file: {{filename: {self.folder}/routes.yml}}}}\n"
            f"entryPoints: {{websecure: {{address: '127.0.0.1:{self.port}'}}}}\n")
        process = subprocess.Popen([str(PROGRAM), "serve", f"--configfile={self.folder}/static.yml"])
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        end = time.monotonic() + START_S
        while not (self.folder / "state/run/status.json").exists():
            self.assertIsNone(process.poll())
            self.assertLess(time.monotonic(), end, "it does not come up")
            time.sleep(0.02)

    def test_the_default_options_have_no_finding_above_low(self):
        self.make_certificates()
        self.serve()
        report = self.folder / "report.json"
        done = subprocess.run(["testssl", "--quiet", "--color", "0", "--warnings", "off", "--ip", "127.0.0.1", "--add-ca",
                               "ca.pem", "--jsonfile", report, *CHECKS, f"https://{HOST}:{self.port}"],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=self.folder, timeout=SCAN_S)
        findings = json.loads(report.read_text())
        bad = [f"{found['severity']} {found['id']}: {found['finding']}" for found in findings
               if found["severity"] in BAD]
        self.assertEqual(bad, [], done.stdout)
        ids = {found["id"] for found in findings}
        self.assertLess({"TLS1_3", "PFS", "heartbleed", "ROBOT", "cert_trust <cert#1>", "cert_trust <cert#2>"}, ids,
                        "the scan did not get to its end")


if __name__ == "__main__":
    unittest.main()
