"""Discovery follows the engine: containers that come, go, and an engine that is away for a while."""
import unittest

import machine as m

RUN = ["docker", "run", "--detach", "--network", "traefik-net", "--label", "traefik.enable=true", "--label",
       "traefik.http.routers.{0}.rule=Host(`{0}.localhost`)", "--label", "traefik.http.routers.{0}.entrypoints=websecure",
       "--label", "traefik.http.routers.{0}.tls=true", "--name", "{0}", "gatehouse/whoami:local"]


def start(name):
    m.must(*[word.format(name) for word in RUN])


def status_of(name):
    ran = m.run("curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", f"https://{name}.localhost/")
    return int(ran.out or 0)


class Engine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        m.bring_up()

    def test_a_container_is_routed_soon_after_its_start_and_gone_after_its_stop(self):
        self.addCleanup(m.run, "docker", "rm", "--force", "come-and-go")
        self.assertEqual(status_of("come-and-go"), 404)
        start("come-and-go")
        m.wait_for("the route", lambda: status_of("come-and-go") == 200, seconds=5)
        m.must("docker", "stop", "--time", "2", "come-and-go")
        m.wait_for("no route", lambda: status_of("come-and-go") == 404, seconds=5)

    def test_the_client_and_deploys_in_detail(self):
        program = m.ROOT / "build/dev/tests/docker_engine_test"
        self.assertTrue(program.exists(), "build it: cmake --build --preset dev --target docker_engine_test")
        m.must(program, timeout=300)

    def test_routes_outlive_an_engine_that_restarts(self):
        # Containers of an engine without live-restore end with it; ours are started again by their restart policy.
        pid = m.must("cat", "/run/docker.pid")
        self.addCleanup(m.must, "scripts/dockerd", "start")
        m.must("kill", "-TERM", pid)
        m.wait_for("the engine's end", lambda: not m.Path(f"/proc/{pid}").exists(), seconds=60)
        answer = m.ask("http://whoami.localhost/")
        self.assertIn(answer.status, (301, 308), "a route that needs no container")
        m.must("scripts/dockerd", "start")
        for name in ("whoami", "app"):
            m.wait_for(f"{name} again", lambda: status_of(name) == 200, seconds=60)
        self.addCleanup(m.run, "docker", "rm", "--force", "after-restart")
        start("after-restart")
        m.wait_for("a container that came after the engine", lambda: status_of("after-restart") == 200, seconds=30)


if __name__ == "__main__":
    unittest.main()
