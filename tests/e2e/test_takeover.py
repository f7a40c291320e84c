"""The two processes: control may die at any moment, the edge serves on and the next control takes it over."""
import os
import re
import signal
import subprocess
import unittest

import machine as m

KILLS = int(os.environ.get("GATEHOUSE_KILLS", "20"))

def control():
    return int((m.STATE / "serve.pid").read_text())

def edges():
    """Processes of the edge, as /proc tells."""
    found = m.run("pgrep", "--full", "^[^ ]*gatehouse edge ").out.split()
    return sorted(int(pid) for pid in found)

def resident_mib(pid):
    with open(f"/proc/{pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1]) / 1024

def start_control():
    m.must("scripts/daemon", "start", "--statedir", m.STATE, "--executable", m.PROGRAM)

class Takeover(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        m.bring_up()

    def tearDown(self):
        start_control()

    def test_no_request_fails_while_control_is_killed_again_and_again(self):
        edge = edges()
        self.assertTrue(edge)

        load = subprocess.Popen(["wrk", "-t1", "-c8", f"-d{KILLS + 5}s", "--timeout", "5s", "-H", "Host: whoami.localhost", "https://127.0.0.1/"],
                                stdout=subprocess.PIPE, text=True, env={**os.environ})
        self.addCleanup(load.kill)
        for _ in range(KILLS):
            os.kill(control(), signal.SIGKILL)
            start_control()
        report = load.communicate(timeout=KILLS + 60)[0]
        self.assertNotIn("Socket errors", report)
        self.assertNotIn("Non-2xx", report)
        self.assertGreater(int(re.search(r"(\d+) requests in", report)[1]), 100, report)
        self.assertEqual(edges(), edge, "the edge was started anew")

    def test_an_edge_that_dies_is_replaced(self):
        before = edges()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        m.wait_for("another edge", lambda: edges() and not set(edges()) & set(before))
        m.wait_for("the page", lambda: m.run("curl", "-sk", "https://whoami.localhost/").code == 0)

    def test_the_edge_is_not_root_and_holds_no_engine_socket(self):
        for pid in edges():
            with open(f"/proc/{pid}/status") as status:
                uids = re.search(r"Uid:\s+(.*)", status.read())[1].split()
            self.assertNotIn("0", uids)
            fds = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
            self.assertFalse([fd for fd in fds if "docker.sock" in fd])
            self.assertNotIn(b"docker", m.Path(f"/proc/{pid}/environ").read_bytes())

    def test_memory_at_rest(self):
        self.assertLess(max(resident_mib(pid) for pid in edges()), 25)
        self.assertLess(resident_mib(control()), 40)

if __name__ == "__main__":
    unittest.main()
