"""The main job: one command, and the example stacks answer over HTTPS."""
import json
import re
import unittest

import machine as m


class Quickstart(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        m.bring_up()

    def test_whoami_answers_over_https_and_sees_the_client(self):
        answer = m.ask("https://whoami.localhost/")
        self.assertEqual(answer.status, 200, answer)
        self.assertRegex(answer.body, r"(?im)^x-forwarded-proto: https$")
        self.assertRegex(answer.body, r"(?im)^x-forwarded-for: 127\.0\.0\.1$")

    def test_http_is_redirected(self):
        answer = m.ask("http://whoami.localhost/path?query=1")
        self.assertIn(answer.status, (301, 308), answer)
        self.assertEqual(answer.headers["location"], "https://whoami.localhost/path?query=1")

    def test_the_application_writes_to_its_database(self):
        rows = [int(re.search(r"<b id=row>(\d+)</b>", m.ask("https://app.localhost/").body)[1]) for _ in range(2)]
        self.assertEqual(rows[1], rows[0] + 1)

    def test_the_database_is_on_the_internal_network_alone(self):
        found = m.containers("dotnet-app")
        self.assertEqual(list(found["postgres"]["NetworkSettings"]["Networks"]), ["dotnet-app_internal"])
        self.assertEqual(sorted(found["app"]["NetworkSettings"]["Networks"]), ["dotnet-app_internal", "traefik-net"])
        network = json.loads(m.must("docker", "network", "inspect", "dotnet-app_internal"))[0]
        self.assertTrue(network["Internal"])

    def test_limits_and_hardening_reach_the_engine(self):
        host = m.containers("dotnet-app")["app"]["HostConfig"]
        self.assertEqual(host["Memory"], 256 << 20)
        self.assertEqual(host["NanoCpus"], 1_000_000_000)
        self.assertEqual(host["PidsLimit"], 128)
        self.assertTrue(host["ReadonlyRootfs"])
        self.assertIn("no-new-privileges:true", host["SecurityOpt"])

    def test_security_headers_of_the_file_provider_apply(self):
        headers = m.ask("https://whoami.localhost/").headers
        self.assertEqual(headers["x-content-type-options"], "nosniff")
        self.assertEqual(headers["strict-transport-security"], "max-age=31536000; includeSubDomains")

    def test_tls_options_of_the_file_provider_apply(self):
        ran = m.run("curl", "--silent", "--cacert", m.AUTHORITY, "--tls-max", "1.1", "https://whoami.localhost/")
        self.assertNotEqual(ran.code, 0, "TLS 1.1 was accepted")

    def test_the_dashboard_asks_for_its_password(self):
        self.assertEqual(m.ask("https://traefik.localhost/dashboard/").status, 401)

    def test_an_unknown_host_is_not_found(self):
        answer = m.ask("https://nobody.localhost/", "--insecure")
        self.assertEqual((answer.status, answer.body), (404, "404 page not found\n"))

    def test_no_traefik_runs(self):
        self.assertEqual(m.containers("traefik"), {})

    def test_docker_compose_finds_the_stack(self):
        folder = m.INFRA / "stacks/dotnet-app"
        shown = m.must("docker-compose", "ps", "--services", cwd=folder).split()
        self.assertEqual(sorted(shown), ["app", "postgres"])
        self.assertEqual(m.must("docker-compose", "exec", "-T", "app", "cat", "/etc/hostname", cwd=folder),
                         m.containers("dotnet-app")["app"]["Config"]["Hostname"])

    def test_secrets_are_strong_and_private(self):
        env = m.INFRA / "stacks/dotnet-app/.env"
        self.assertEqual(env.stat().st_mode & 0o777, 0o600)
        self.assertGreaterEqual(len(m.env_of(env.parent)["POSTGRES_PASSWORD"]), 32)

    def test_a_backup_can_be_restored(self):
        scripts = m.INFRA / "stacks/dotnet-app/scripts"
        m.ask("https://app.localhost/")
        dump = m.must(scripts / "backup.sh")
        before = int(re.search(r"<b id=row>(\d+)</b>", m.ask("https://app.localhost/").body)[1])
        m.must(scripts / "restore.sh", dump)
        after = int(re.search(r"<b id=row>(\d+)</b>", m.ask("https://app.localhost/").body)[1])
        self.assertEqual(after, before)

    def test_the_health_check_of_each_stack_passes(self):
        for name in ("whoami", "dotnet-app"):
            m.must(m.INFRA / "stacks" / name / "scripts/health-check.sh")

    def test_status_shows_the_stacks(self):
        status = m.gatehouse("status")
        self.assertEqual(status.code, 0, status)
        for word in ("whoami", "dotnet-app"):
            self.assertIn(word, status.out)
        self.assertTrue(json.loads(m.gatehouse("status", "--json").out))

    def test_a_second_run_changes_nothing(self):
        def snapshot():
            found = [*m.containers("whoami").values(), *m.containers("dotnet-app").values()]
            return sorted((one["Id"], one["State"]["StartedAt"]) for one in found)

        before = snapshot()
        ran = m.quickstart(timeout=60)
        self.assertEqual(ran.code, 0, ran)
        self.assertEqual(snapshot(), before)
        self.assertIn("https://whoami.localhost/", ran.out)

    def test_deploying_an_unchanged_stack_changes_nothing(self):
        before = {name: one["Id"] for name, one in m.containers("dotnet-app").items()}
        ran = m.gatehouse("deploy", m.INFRA / "stacks/dotnet-app")
        self.assertEqual(ran.code, 0, ran)
        self.assertEqual({name: one["Id"] for name, one in m.containers("dotnet-app").items()}, before)


if __name__ == "__main__":
    unittest.main()
