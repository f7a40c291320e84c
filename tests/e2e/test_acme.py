"""Certificates from a real ACME server, Pebble, that refuses half of all nonces and takes its time to validate."""
import json
import re
import shutil
import subprocess
import unittest

import machine as m

FOLDER = m.WORK / "acme"
HTTP, HTTPS, ACME, MANAGEMENT, DNS, DNS_MANAGEMENT = 18180, 18443, 14000, 15000, 18053, 18055
HOST = "shop.example.com"
DYNAMIC = f"""http:
  routers:
    shop: {{rule: "Host(`{HOST}`)", entryPoints: [websecure], service: nowhere, tls: {{certResolver: le}}}}
  services:
    nowhere: {{loadBalancer: {{servers: [{{url: "http://127.0.0.1:9"}}]}}}}
"""


def make_authority():
    """Pebble's own HTTPS wants a certificate."""
    m.must("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
           "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", FOLDER / "key.pem", "-out",
           FOLDER / "cert.pem")


class Acme(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        m.bring_up()
        shutil.rmtree(FOLDER, ignore_errors=True)
        (FOLDER / "dynamic").mkdir(parents=True)
        make_authority()
        (FOLDER / "pebble.json").write_text(json.dumps({"pebble": {
            "listenAddress": f"127.0.0.1:{ACME}", "managementListenAddress": f"127.0.0.1:{MANAGEMENT}",
            "certificate": str(FOLDER / "cert.pem"), "privateKey": str(FOLDER / "key.pem"), "httpPort": HTTP, "tlsPort": HTTPS}}))
        cls.children = []
        cls.addClassCleanup(cls.end_children)
        cls.spawn("pebble-challtestsrv", "-dns01", f"127.0.0.1:{DNS}", "-management", f"127.0.0.1:{DNS_MANAGEMENT}",
                  "-defaultIPv4", "127.0.0.1", "-defaultIPv6", "", "-http01", "", "-https01", "", "-tlsalpn01", "")
        cls.spawn("pebble", "-strict", "-config", FOLDER / "pebble.json", "-dnsserver", f"127.0.0.1:{DNS}",
                  env={"PEBBLE_WFE_NONCEREJECT": "50", "PEBBLE_VA_SLEEPTIME": "2"})
        (FOLDER / "dynamic/shop.yml").write_text(DYNAMIC)

    @classmethod
    def spawn(cls, *command, env=None):
        log = (FOLDER / f"{m.Path(command[0]).name}.log").open("ab")
        child = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                 env={**m.os.environ, **(env or {})})
        cls.children.append(child)
        return child

    @classmethod
    def end_children(cls):
        for child in cls.children:
            child.terminate()
            child.wait(30)

    def serve(self):
        child = self.spawn(
            m.PROGRAM, "serve", f"--gatehouse.statedir={FOLDER}/state", f"--entrypoints.web.address=127.0.0.1:{HTTP}",
            f"--entrypoints.websecure.address=127.0.0.1:{HTTPS}", f"--providers.file.directory={FOLDER}/dynamic",
            f"--certificatesresolvers.le.acme.caserver=https://localhost:{ACME}/dir",
            f"--certificatesresolvers.le.acme.cacertificates={FOLDER}/cert.pem",
            "--certificatesresolvers.le.acme.email=admin@example.com", "--certificatesresolvers.le.acme.keytype=EC256",
            f"--certificatesresolvers.le.acme.storage={FOLDER}/acme.json",
            "--certificatesresolvers.le.acme.httpchallenge.entrypoint=web")
        return child

    def end(self, child):
        child.terminate()
        self.assertEqual(child.wait(60), 0)
        self.children.remove(child)

    def issuer(self):
        ran = m.run("openssl", "s_client", "-connect", f"127.0.0.1:{HTTPS}", "-servername", HOST, stdin="")
        match = re.search(r"issuer=(.*)", ran.out)
        return match[1] if match else ""

    def test_a_certificate_is_obtained_stored_and_found_again(self):
        child = self.serve()
        m.wait_for("a certificate of Pebble", lambda: "Pebble" in self.issuer(), seconds=60)
        storage = FOLDER / "acme.json"
        self.assertEqual(storage.stat().st_mode & 0o777, 0o600)
        stored = json.loads(storage.read_text())["le"]
        self.assertEqual(stored["Certificates"][0]["domain"]["main"], HOST)
        self.assertTrue(stored["Account"]["Registration"]["uri"].startswith("https://localhost"))
        self.end(child)

        before = storage.read_bytes()
        child = self.serve()
        m.wait_for("the same certificate", lambda: "Pebble" in self.issuer())
        self.end(child)
        self.assertEqual(storage.read_bytes(), before, "a valid certificate was ordered anew")

    def test_a_corrupt_store_is_kept_aside(self):
        storage = FOLDER / "acme.json"
        storage.write_text('{"le": {"Account"')
        storage.chmod(0o600)
        child = self.serve()
        m.wait_for("a certificate of Pebble", lambda: "Pebble" in self.issuer(), seconds=60)
        self.end(child)
        kept = [path for path in FOLDER.glob("acme.json*") if path != storage]
        self.assertEqual([path.read_text() for path in kept], ['{"le": {"Account"'])


if __name__ == "__main__":
    unittest.main()
