# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""evalctl serve: addresses, keys, endpoints, signals, limits."""

import json
import re
import signal
import socket
import subprocess
import threading
import time

from server import (CONFIG, TIMEOUT, Server, evalctl, jailed,
                    no_process_left)
from support import case, files, identity, wait

KEY = "a-key-of-some-length"
TOKEN = "a-token-of-some-length"
_SLEEP = "echo started; sleep 300"


def await_jail(server):
    """Waits until a jail runs."""
    wait.until(lambda: jailed(server.pid), "a jail")


def await_none(server):
    wait.until(lambda: not jailed(server.pid), "the jail's end")


class InBackground(threading.Thread):
    """Runs a function; `.result()` is what it returned."""

    def __init__(self, function):
        super().__init__()
        self._function = function
        self._result = None
        self.start()

    def run(self):
        try:
            self._result = self._function()
        except Exception as fault:  # pylint: disable=broad-except
            self._result = fault

    def result(self):
        self.join(TIMEOUT)
        return self._result


class Endpoints(case.JailTestCase):

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("--log-requests"))

    def test_an_evaluation(self):
        answer = self.server.run("echo out; echo err >&2; echo file > f.txt",
                                 id="one", metadata={"a": [1, 2]})
        self.assertEqual(answer.status, 200, str(answer))
        told = answer.json
        self.assertEqual(told["id"], "one")
        self.assertEqual(told["metadata"], {"a": [1, 2]})
        command = told["commands"][-1]
        self.assertEqual(command["outcome"], "EXITED")
        self.assertEqual(command["stdout"]["text"], "out\n")
        self.assertEqual(command["stderr"]["text"], "err\n")
        self.assertEqual([(f["path"], f["text"]) for f in told["files"]],
                         [("f.txt", "file\n")])
        self.assertGreater(told["timing"]["total_us"], 0)

    def test_the_readmes_example(self):
        text = (files.SOURCE / "README.md").read_text()
        path, body = re.search(r"curl -s 127.0.0.1:8060(\S+) -d '(.*?)'",
                               text).groups()
        # As curl sends it.
        answer = self.server.post(
            path, body, {"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(answer.json["commands"][0]["stdout"]["text"], "42\n",
                         str(answer))

    def test_a_bad_request_is_400_and_says_where(self):
        for body in ('{', '', '[]', '{"nonsense":1}', '{"code":1}',
                     '{"code":"x","code":"y"}', '{"code":"x","files":{}}', b'{"code":"\xff"}',
                     '{"profile":"nowhere","code":"x"}',
                     '{"code":"x","files":[{"path":"../x"}]}'):
            with self.subTest(body=body):
                answer = self.server.post("/v1/eval", body)
                self.assertEqual(answer.status, 400, str(answer))
                self.assertEqual(answer.json["error"]["kind"], "BAD_REQUEST")

    def test_what_it_tells_of_itself(self):
        self.assertEqual(self.server.get("/healthz").body, b"ok\n")
        self.assertEqual(self.server.get("/readyz").status, 200)
        names = [p["name"] for p in
                 self.server.get("/v1/profiles").json["profiles"]]
        self.assertIn("python", names)
        self.assertIn("/v1/eval", self.server.get("/openapi.json").json["paths"])
        self.server.run("true")
        metrics = self.server.metrics()
        self.assertGreaterEqual(
            metrics['evalctl_commands_total{outcome="EXITED"}'], 1)
        self.assertEqual(metrics["evalctl_running"], 0)

    def test_errors_are_json(self):
        for method, path, status in (("GET", "/nowhere", 404),
                                     ("GET", "/v1/eval", 405),
                                     ("DELETE", "/metrics", 405)):
            answer = self.server.ask(method, path)
            self.assertEqual(answer.status, status)
            self.assertIn("error", answer.json)

    def test_other_services_have_their_paths(self):
        for path in ("/eval", "/snekbox/eval"):
            answer = self.server.post(path, {})
            self.assertEqual(
                (answer.status, answer.json["title"]),
                (400, "Request data failed validation"), str(answer))
        self.assertEqual(self.server.post("/snekbox/run", {}).status, 404)

    def test_what_is_spoken_on_stdin_alone_is_no_service(self):
        done = subprocess.run(evalctl("serve", "--api", "pybox-runner"),
                              capture_output=True, text=True, check=False,
                              timeout=TIMEOUT)
        self.assertEqual(done.returncode, 2)
        self.assertIn("takes one of snekbox,", done.stderr)
        self.assertEqual(self.server.post("/pybox-runner/run", {}).status, 404)

    def test_it_can_be_one_service_alone(self):
        with Server("--api", "quartermaster",
                    env={"EVALCTL_API_KEYS": KEY}) as server:
            key = {"X-API-Key": KEY}
            self.assertEqual(server.get("/").json,
                             {"message": "Code Runner is operational."})
            self.assertEqual(server.get("/eval").json, {"detail": "Not Found"})
            self.assertEqual(server.get("/healthz").status, 200)
            # Else it would be pybox's.
            body = {"code": "print('hello world')"}
            self.assertEqual(server.post("/run", body).status, 401)
            self.assertEqual(server.get("/prebuilds").status, 401)
            # Open there, too.
            self.assertTrue(server.get("/health").json["auth_enabled"])
            self.assertEqual(server.get("/images").status, 200)
            # Before their bodies, which nobody has sent.
            for method, path, status in (("POST", "/run/", 307),
                                         ("POST", "/nowhere", 404),
                                         ("GET", "/images", 200),
                                         ("POST", "/run", 401)):
                with server.connect() as client:
                    client.sendall(f"{method} {path} HTTP/1.1\r\nHost: x\r\n"
                                   "Content-Length: 1000\r\n\r\n".encode())
                    self.assertIn(f"HTTP/1.1 {status} ".encode(),
                                  client.recv(4096))
            answer = server.post("/run", body, key)
            self.assertEqual(answer.json["stdout"], "hello world\n", answer)
            answer = server.post("/run", {"code": ""}, key)
            self.assertEqual((answer.status, answer.json["detail"]), (
                400, "Either code or entrypoint must be provided."))

    def test_the_connection_stays_open(self):
        connection = self.server.connection()
        for _ in range(3):
            connection.request("GET", "/healthz")
            response = connection.getresponse()
            response.read()
            first = connection.sock
            self.assertIsNotNone(first)
        connection.close()

    def test_an_idle_run_is_ended(self):
        answer = self.server.run("echo out; sleep 300", limits={
            "wall_time_ms": 60000, "idle_time_ms": 300})
        command = answer.json["commands"][0]
        self.assertEqual(command["outcome"], "IDLE_TIME", answer)
        self.assertEqual(command["exit_status"], 137)
        self.assertEqual(command["limit"]["name"], "idle_time_ms")
        self.assertEqual(command["stdout"]["text"], "out\n")
        self.assertGreaterEqual(self.server.metrics()[
            'evalctl_commands_total{outcome="IDLE_TIME"}'], 1)
        # Work is not idleness.
        answer = self.server.run(
            "for i in 1 2 3 4 5 6; do sleep 0.3; echo $i; done",
            limits={"wall_time_ms": 60000, "idle_time_ms": 5000})
        self.assertEqual(answer.json["commands"][0]["outcome"], "EXITED")

    def test_the_log_has_no_control_characters(self):
        with self.server.connect() as client:
            client.sendall(b"GET /\x1b[2J\x07evil HTTP/1.1\r\n\r\n"
                           b"GET /\xc2\x9bx HTTP/1.1\r\n\r\n")
            while client.recv(65536):
                pass
        self.server.get("/the-end-of-this-test")
        self.server.await_line("/the-end-of-this-test")
        for line in self.server.lines:
            self.assertNotRegex(line, "[\x00-\x1f\x7f-\x9f]")


class Cancelled(case.JailTestCase):

    def test_a_hang_up_kills_the_run_and_frees_its_place(self):
        """At every path, for what runs and for what waits."""
        python = "import time; time.sleep(300)"
        requests = (
            ("/v1/eval", {"profile": "bash", "code": _SLEEP}),
            ("/eval", {"input": python}),
            ("/execute", {"sources": {}, "commands": [
                {"command": "/bin/sleep 300", "timeout": 300}] * 3}),
            ("/pybox/run", {"code": python}),
            ("/run", {"code": python, "image": "python", "timeout": 300}),
            ("/execute", {"script": f"def main():\n  {python}"}))
        with no_process_left(), Server("--concurrency", 1) as server:
            for count, (path, body) in enumerate(requests, 1):
                with self.subTest(path):
                    with self.send(server, path, body):
                        await_jail(server)
                        with self.send(server, path, body):
                            self.await_metric(server, "evalctl_queue_length", 1)
                        # Who only waited makes room at once.
                        self.await_metric(server, "evalctl_queue_length", 0)
                        self.assertTrue(jailed(server.pid))
                    await_none(server)
                    self.await_metric(server, "evalctl_running", 0)
                    self.assertEqual(server.run("true").status, 200)
                    metrics = server.metrics()
                    self.assertEqual(metrics.get(
                        'evalctl_errors_total{kind="CANCELLED"}'), count,
                                     metrics)
                    # The answer that nobody reads could be written, or not.
                    gone = sum(value for name, value in metrics.items()
                               if name.startswith("evalctl_http_requests_total")
                               and re.search('code="(499|503)"', name))
                    self.assertEqual(gone, 2 * count, metrics)

    def send(self, server, path, body):
        client = server.connect()
        body = json.dumps(body).encode()
        client.sendall(f"POST {path} HTTP/1.1\r\n"
                       f"Content-Type: application/json\r\n"
                       f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        return client

    def await_metric(self, server, name, value):
        wait.until(lambda: server.metrics()[name] == value, f"{name} {value}")


class Keys(case.JailTestCase):

    def check_guarded(self, server, headers):
        self.assertEqual(server.post("/v1/eval", {"profile": "bash",
                                                  "code": "true"}).status, 401)
        self.assertEqual(server.post("/eval", {"input": "1"}).status, 401)
        self.assertEqual(server.get("/metrics").status, 401)
        self.assertEqual(server.get("/healthz").status, 200)
        self.assertEqual(
            server.post("/v1/eval", {"profile": "bash", "code": "true"},
                        {"X-API-Key": "another-key"}).status,
            403 if "X-API-Key" in headers else 401)
        answer = server.post("/v1/eval", {"profile": "bash", "code": "true"},
                             headers)
        self.assertEqual(answer.status, 200, str(answer))

    def test_from_the_environment_which_forgets_them(self):
        with Server(env={"EVALCTL_API_KEYS": f"first-key,{KEY}"}) as server:
            self.check_guarded(server, {"X-API-Key": KEY})
            with open(f"/proc/{server.pid}/environ", "rb") as environ:
                self.assertNotIn(KEY.encode(), environ.read())
        with Server(env={"EVALCTL_AUTH_TOKEN": TOKEN}) as server:
            self.check_guarded(server, {"Authorization": f"Bearer {TOKEN}"})

    def test_from_a_file_which_is_read_again(self):
        path = files.stage() / "keys"
        path.write_text(f"# ours\n{KEY}\n")
        with Server("--api-keys-file", path) as server:
            self.check_guarded(server, {"X-API-Key": KEY})
            path.write_text("the-second-key\n")
            server.signal(signal.SIGHUP)
            server.await_line("loaded again")
            self.check_guarded(server, {"X-API-Key": "the-second-key"})

    def test_no_remote_address_without_one(self):
        done = subprocess.run(evalctl("serve", "--listen", "0.0.0.0:0"),
                              capture_output=True, text=True, check=False,
                              timeout=TIMEOUT)
        self.assertEqual(done.returncode, 1)
        self.assertIn("there is no API key", done.stderr)
        with Server("--listen", "0.0.0.0:0", env={"EVALCTL_API_KEYS": KEY}):
            pass
        with Server("--listen", "0.0.0.0:0", "--allow-remote-without-key"):
            pass

    def test_a_reload_does_not_open_a_remote_address(self):
        folder = files.stage() / "keyless"
        folder.mkdir()
        config = folder / "evalctl.cfg"
        (folder / "evalctl").symlink_to(CONFIG.parent / "evalctl")
        text = CONFIG.read_text()
        config.write_text(f'{text}\nserver {{ api_keys: "{KEY}" }}\n')
        with Server("--listen", "0.0.0.0:0", config=config) as server:
            config.write_text(text)
            server.signal(signal.SIGHUP)
            self.assertIn("there is no API key",
                          server.await_line("was not loaded"))
            self.check_guarded(server, {"X-API-Key": KEY})


class Addresses(case.JailTestCase):

    def test_a_socket_file_comes_and_goes(self):
        path = files.stage() / "evalctl.sock"
        for _ in range(2):
            with Server("--listen", f"unix:{path}"):
                with socket.socket(socket.AF_UNIX) as client:
                    client.connect(str(path))
                    client.sendall(b"GET /healthz HTTP/1.1\r\n\r\n")
                    self.assertTrue(
                        client.recv(65536).startswith(b"HTTP/1.1 200"))
            self.assertFalse(path.exists())
        # Killed, it leaves the file; the next one takes it.
        with Server("--listen", f"unix:{path}") as server:
            server.kill()
        self.assertTrue(path.exists())
        with Server("--listen", f"unix:{path}"):
            pass
        self.assertFalse(path.exists())

    def test_a_socket_of_systemd(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            number = listener.fileno()
            # LISTEN_PID is the shell's, which becomes evalctl.
            script = (f"exec 3<&{number}; export LISTEN_PID=$$ LISTEN_FDS=1; "
                      'exec "$@"')
            with subprocess.Popen(
                    ["bash", "-c", script, "sh",
                     *evalctl("serve", "--listen", "systemd")],
                    stderr=subprocess.PIPE, text=True,
                    pass_fds=[number]) as process:
                self.assertIn(f"127.0.0.1:{listener.getsockname()[1]}",
                              process.stderr.readline())
                with socket.create_connection(listener.getsockname()) as client:
                    client.sendall(b"GET /healthz HTTP/1.1\r\n\r\n")
                    self.assertTrue(
                        client.recv(65536).startswith(b"HTTP/1.1 200"))
                process.terminate()
                self.assertEqual(process.wait(TIMEOUT), 0)

    def test_faults_have_a_line_and_a_status(self):
        for args, status, line in (
                (["--listen", "nowhere"], 1, "listen nowhere: takes"),
                (["--listen", "systemd"], 1, "listen systemd: LISTEN_PID"),
                (["--queue", "x"], 2, "--queue: takes a number"),
                (["--nonsense"], 2, "no such option"),
                (["--listen"], 2, "needs a value"),
                (["--api-keys-file", "/nowhere"], 1, "/nowhere")):
            with self.subTest(args=args):
                done = subprocess.run(evalctl("serve", *args), check=False,
                                      capture_output=True, text=True,
                                      timeout=TIMEOUT)
                self.assertEqual(done.returncode, status, done.stderr)
                self.assertIn(line, done.stderr)


class Signals(case.JailTestCase):

    def start_run(self, server, code=_SLEEP):
        run = InBackground(lambda: server.run(
            code, limits={"wall_time_ms": 60000}))
        await_jail(server)
        return run

    def test_a_stop_finishes_what_runs(self):
        with no_process_left(), Server() as server:
            run = self.start_run(server, "sleep 1; echo finished")
            server.signal(signal.SIGTERM)
            server.await_line("stopping")
            with self.assertRaises(OSError):
                server.get("/healthz")
            answer = run.result()
            self.assertEqual(answer.json["commands"][0]["stdout"]["text"],
                             "finished\n")
            self.assertEqual(server.process.wait(TIMEOUT), 0)

    def test_a_second_signal_ends_it(self):
        with no_process_left(), Server() as server:
            run = self.start_run(server)
            server.signal(signal.SIGTERM)
            server.await_line("stopping")
            server.signal(signal.SIGINT)
            answer = run.result()
            self.assertEqual(answer.status, 503, str(answer))
            self.assertEqual(answer.json["error"]["kind"], "CANCELLED")
            self.assertEqual(server.process.wait(TIMEOUT), 0)

    def test_a_killed_server_leaves_nothing(self):
        with no_process_left(), Server() as server:
            run = self.start_run(server)
            server.kill()
            self.assertIsInstance(run.result(), Exception)

    def test_a_config_is_loaded_again(self):
        folder = files.stage() / "reload"
        folder.mkdir()
        config = folder / "evalctl.cfg"
        text = CONFIG.read_text()
        (folder / "evalctl").symlink_to(CONFIG.parent / "evalctl")
        config.write_text(text)
        with Server(config=config) as server:
            run = self.start_run(server, "sleep 1; echo finished")
            config.write_text(text.replace('name: "bash"', 'name: "shell"'))
            server.signal(signal.SIGHUP)
            server.await_line("loaded again")
            self.assertEqual(server.run("true", "bash").status, 400)
            self.assertEqual(server.run("true", "shell").status, 200)
            # What ran keeps what it began with.
            self.assertEqual(run.result().json["commands"][0]["stdout"]["text"],
                             "finished\n")
            config.write_text("nonsense: 1\n")
            server.signal(signal.SIGHUP)
            self.assertIn("the old one stays",
                          server.await_line("was not loaded"))
            self.assertEqual(server.run("true", "shell").status, 200)


    def test_without_privilege_too(self):
        # Its namespaces were made when it had one thread.
        with Server(prefix=identity.USER.prefix) as server:
            for _ in range(2):
                server.signal(signal.SIGHUP)
                server.await_line("loaded again")
                self.assertEqual(server.run("echo").status, 200)


class Bounds(case.JailTestCase):

    def test_a_full_queue_is_429(self):
        with Server("--concurrency", 1, "--queue", 1) as server:
            runs = [InBackground(lambda: server.run("sleep 1"))
                    for _ in range(8)]
            statuses = sorted(run.result().status for run in runs)
            self.assertIn(429, statuses)
            self.assertIn(200, statuses)
            self.assertEqual(set(statuses), {200, 429})

    def test_a_request_of_a_mebibyte_and_one_too_large(self):
        with Server() as server:
            answer = server.run("wc -c < big", files=[
                {"path": "big", "text": "x" * (1 << 20)}],
                collect={"nothing": True})
            self.assertEqual(answer.json["commands"][-1]["stdout"]["text"],
                             "1048576\n")
            with server.connect() as client:
                client.sendall(b"POST /v1/eval HTTP/1.1\r\n"
                               b"Content-Length: 99999999999\r\n\r\n")
                self.assertTrue(client.recv(65536).startswith(b"HTTP/1.1 413 "))

    def test_an_unprivileged_server(self):
        with Server(prefix=identity.USER.prefix) as server:
            answer = server.run("echo yes; cat in", files=[
                {"path": "in", "text": "file"}])
            self.assertEqual(answer.json["commands"][-1]["stdout"]["text"],
                             "yes\nfile", str(answer))

    def test_it_is_small_when_idle(self):
        with Server() as server:
            for _ in range(8):
                server.run("true")
            with open(f"/proc/{server.pid}/status",
                      encoding="ascii") as status:
                used = next(int(line.split()[1]) for line in status
                            if line.startswith("VmRSS"))
            print(f"idle: {used} KiB")
            self.assertLess(used, 30 * 1024)

    def test_nothing_is_left(self):
        with no_process_left(), Server() as server:
            before = server.settled_fds()
            for _ in range(20):
                server.run("echo x > file; sleep 300 & true")
            after = server.await_fds(before)
            self.assertLessEqual(len(after), before, after)


if __name__ == "__main__":
    case.main()
