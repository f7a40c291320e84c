"""What goes wrong is said with its place, its cause and the next step, and leaves nothing half done."""
import json
import unittest

import machine as m

COMPOSE = """services:
  web:
    image: {image}
    pull_policy: never
    networks: [traefik-net]
    labels:
      - traefik.enable=true
      - traefik.http.routers.{name}.rule={rule}
      - traefik.http.routers.{name}.entrypoints=websecure
      - traefik.http.routers.{name}.tls=true
      - traefik.http.services.{name}.loadbalancer.server.port=80
{more}
networks:
  traefik-net:
    external: true
"""


def compose(name, image="gatehouse/whoami:local", rule=None, more=""):
    return COMPOSE.format(name=name, image=image, rule=rule or f"Host(`{name}.localhost`)", more=more)


class Refusals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        m.bring_up()

    def refused(self, name, *words, leaves_nothing=True, command=("deploy",), env=None):
        """The stack is refused with a message that has all of these words; returns what was printed."""
        self.addCleanup(m.remove_stack, name)
        ran = m.gatehouse(*command, m.INFRA / "stacks" / name, env=env)
        self.assertNotEqual(ran.code, 0, ran)
        for word in words:
            self.assertIn(word, ran.text)
        if leaves_nothing:
            self.assertEqual(m.containers(name), {})
            networks = m.must("docker", "network", "ls", "--quiet", "--filter", f"label=com.docker.compose.project={name}")
            self.assertEqual(networks, "")
        return ran.text

    def test_missing_env(self):
        m.make_stack("no-env", compose("no-env", rule="Host(`${NO_ENV_HOST:?set it in .env}`)"), example={"NO_ENV_HOST": "x"})
        self.refused("no-env", ".env.example", "cp")

    def test_variable_missing_in_env(self):
        m.make_stack("undefined", compose("undefined", rule="Host(`${UNDEFINED_HOST:?set it in .env}`)"),
                     env={"OTHER": "x"}, example={"OTHER": "x", "UNDEFINED_HOST": "x"})
        self.refused("undefined", "UNDEFINED_HOST", ".env")

    def test_placeholder_left_in_env(self):
        m.make_stack("placeholder", compose("placeholder", more="    environment: {TOKEN: '${TOKEN}'}\n"), env={"TOKEN": "CHANGE_ME"})
        self.refused("placeholder", "TOKEN", ".env:1")

    def test_bad_rule(self):
        m.make_stack("bad-rule", compose("bad-rule", rule="Hots(`x.localhost`)"), env={})
        self.refused("bad-rule", "docker-compose.yml:8", "Hots", "Host")

    def test_two_stacks_claim_one_host(self):
        m.make_stack("thief", compose("thief", rule="Host(`whoami.localhost`)"), env={})
        self.refused("thief", "whoami.localhost", "whoami")

    def test_bad_yaml(self):
        m.make_stack("bad-yaml", "services:\n  web:\n    image: [\n", env={})
        self.refused("bad-yaml", "docker-compose.yml:")

    def test_image_that_is_not_there(self):
        m.make_stack("no-image", compose("no-image", image="gatehouse/never-built:1"), env={})
        self.refused("no-image", "gatehouse/never-built:1", "docker-compose.yml:3")

    def test_external_network_that_is_not_there(self):
        text = compose("no-net").replace("networks: [traefik-net]", "networks: [other]").replace("  traefik-net:\n", "  other:\n")
        m.make_stack("no-net", text, env={})
        self.refused("no-net", "other", "docker network create other")

    def test_container_that_never_gets_healthy(self):
        more = ("    entrypoint: [sh, -c, 'echo the reason is written here; sleep 600']\n    stop_grace_period: 0s\n"
                "    healthcheck: {test: [CMD, 'false'], interval: 1s, retries: 2, timeout: 1s}\n")
        m.make_stack("sick", compose("sick", more=more), env={})
        self.refused("sick", "the reason is written here", "web", leaves_nothing=False)
        self.assertEqual(m.ask("https://sick.localhost/", "--insecure").status, 404)

    def test_container_that_exits_at_once(self):
        m.make_stack("dead", compose("dead", more="    entrypoint: [sh, -c, 'echo my last words; exit 3']\n"), env={})
        self.refused("dead", "my last words", "3", leaves_nothing=False)

    def test_no_engine(self):
        m.make_stack("no-engine", compose("no-engine"), env={})
        self.refused("no-engine", "/run/nowhere.sock", env={"DOCKER_HOST": "unix:///run/nowhere.sock"})

    def test_somebody_who_may_not_open_the_engine(self):
        self.addCleanup(m.remove_stack, "not-allowed")
        folder = m.make_stack("not-allowed", compose("not-allowed"), env={})
        ran = m.run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", m.PROGRAM, "deploy", folder)
        self.assertEqual(ran.code, 1, ran)
        for word in ("/var/run/docker.sock", "permission denied", "group docker"):
            self.assertIn(word, ran.text)
        self.assertEqual(m.containers("not-allowed"), {})

    def test_other_stacks_go_on_after_a_refusal(self):
        m.make_stack("bad-rule-2", compose("bad-rule-2", rule="Host("), env={})
        self.refused("bad-rule-2", "docker-compose.yml:8")
        self.assertEqual(m.ask("https://whoami.localhost/").status, 200)

    def test_validate_reports_what_deploy_would(self):
        m.make_stack("check-only", compose("check-only", rule="Hots(`x.localhost`)"), env={})
        self.refused("check-only", "docker-compose.yml:8", "Hots", command=("validate",))

    def test_port_already_taken(self):
        taken = m.run("python3", "-c", PORT_TAKEN, m.PROGRAM, m.WORK / "port-state")
        self.assertEqual(taken.code, 0, taken)
        outcome = json.loads(taken.out)
        self.assertNotEqual(outcome["code"], 0)
        for word in ("8099", "python3", "web"):
            self.assertIn(word, outcome["text"])


PORT_TAKEN = """
import json, socket, subprocess, sys
with socket.create_server(("127.0.0.1", 8099)):
    done = subprocess.run([sys.argv[1], "serve", "--gatehouse.statedir=" + sys.argv[2],
                           "--entrypoints.web.address=127.0.0.1:8099"], capture_output=True, text=True, timeout=20)
print(json.dumps({"code": done.returncode, "text": done.stdout + done.stderr}))
"""

if __name__ == "__main__":
    unittest.main()
