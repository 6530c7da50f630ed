"""Authorities of both implementations, their command lines, and somebody who alters a feed on its way.

Everything runs on the loopback address, on ports that the system hands out, and ends with this program.
"""

import base64
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from nacl.signing import SigningKey

# No command needs a tenth of this; a machine under load may need some of it.
COMMAND_SECONDS = 90
START_SECONDS = 60
PASSPHRASE = "correct horse battery staple"


class Disagreement(Exception):
    """What was expected of a command, and what it did."""


def key_text(path):
    """The base64 in a plain key file."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return "".join(line.strip() for line in lines if not line.startswith("#"))


def public_of(private_file):
    """The public key of a plain private key file."""
    seed = base64.b64decode(key_text(private_file))
    return base64.b64encode(bytes(SigningKey(seed).verify_key)).decode()


class Tools:
    """The two command lines, each as users run it: a process, its exit status, what it prints."""

    def __init__(self, comity, folder):
        self.comity = str(comity)
        self.folder = Path(folder)
        self.commands = 0
        command = [sys.executable, str(Path(__file__).with_name("reference.py")), str(COMMAND_SECONDS)]
        self.reference = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ours(self, *words, want=0, says=""):
        """`comity mesh ...`."""
        command = [self.comity, "mesh", *map(str, words)]
        done = subprocess.run(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        return self._judge(command, done.returncode, done.stdout, want, says)

    def theirs(self, *words, want=0, says=""):
        """`genesis-mesh ...`."""
        words = list(map(str, words))
        self.reference.stdin.write(json.dumps({"words": words}) + "\n")
        self.reference.stdin.flush()
        answer = self.reference.stdout.readline()
        if not answer:
            raise Disagreement(f"the reference could not be run: genesis-mesh {' '.join(words)}")
        answer = json.loads(answer)
        return self._judge(["genesis-mesh", *words], answer["status"], answer["printed"], want, says)

    def _judge(self, command, status, printed, want, says):
        self.commands += 1
        if status != want or says not in printed:
            line = " ".join(command)
            raise Disagreement(f"{line}\nended with {status}, expected {want} and {says!r}:\n{printed}")
        return printed

    def stop(self):
        """Ends the process that runs the reference."""
        self.reference.stdin.close()
        self.reference.kill()
        self.reference.wait(10)


class Authority:
    """A sovereign whose authority answers at `url`."""

    name = ""
    url = ""
    process = None

    def get(self, path):
        """What a public route answers."""
        with urllib.request.urlopen(self.url + path, timeout=20) as answer:
            return json.load(answer)

    def public_key(self):
        """The key that it signs with."""
        return self.get("/genesis")["network_authority"]["public_key"]

    def _await(self):
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return self.get("/readyz")
            except (OSError, urllib.error.URLError) as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise Disagreement(f"{self.name} does not answer: {error}") from error
            time.sleep(0.1)

    def stop(self):
        """Ends it, gently first."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)


class Ours(Authority):
    """An authority of this repository."""

    def __init__(self, comity, folder, name):
        self.name, self.folder = name, Path(folder)
        self.home = self.folder / name
        self.passphrase = self.folder / f"{name}.pass"
        self.passphrase.touch(mode=0o600)
        self.passphrase.write_text(PASSPHRASE + "\n", encoding="utf-8")
        self.plain_key = self.folder / f"{name}.key"
        with_pass = ["--passphrase-file", str(self.passphrase)]
        init = [comity, "na", "init", "--name", name, "--dir", self.home, *with_pass]
        init += ["--plain-operator-key", self.plain_key]
        subprocess.run(list(map(str, init)), check=True, capture_output=True, timeout=COMMAND_SECONDS)
        start = [comity, "na", "start", "--dir", self.home, "--listen", "127.0.0.1:0", "--json", *with_pass]
        # The reference knows no other headers, and asks often.
        start += ["--accept-admin-v1", "--admin-per-minute", "10000"]
        self.process = subprocess.Popen(
            list(map(str, start)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        try:
            self.url = json.loads(self.process.stdout.readline())["url"]
            self._await()
        except (ValueError, Disagreement):
            self.stop()
            raise
        # What an operator says to either command line so that it signs.
        self.for_ours = ["--key", self.home / "operator.age", *with_pass]
        self.for_theirs = self.plain_key
        self.genesis = self.home / "genesis.json"


class Theirs(Authority):
    """An authority of the Python reference, with its own server."""

    def __init__(self, tools, folder, name):
        self.name, self.folder = name, Path(folder)
        self.home = self.folder / name
        for attempt in range(3):
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            self.url = f"http://127.0.0.1:{port}"
            config = self.folder / f"{name}.toml"
            tools.theirs(
                "init", "--force", "--home", self.home, "--config", config, "--network-name", name,
                "--na-endpoint", self.url, "--na-port", port,
            )  # fmt: skip
            self._start(config)
            try:
                self._await()
                break
            except Disagreement:
                self.stop()
                # Somebody else may have taken the port in between.
                if attempt == 2:
                    raise
        key = self.home / "keys/operator.key"
        self.for_ours = ["--key", key, "--admin-version", "1"]
        self.for_theirs = key
        self.na_key = self.home / "keys/na.key"
        self.genesis = self.home / "genesis.signed.json"

    def _start(self, config):
        command = [sys.executable, "-m", "genesis_mesh.cli", "na", "start", "--config", str(config)]
        with open(self.folder / f"{self.name}.log", "a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder
            )

    def restart(self):
        """The same once more: it takes 30 orders a minute, and forgets how many there were."""
        self.stop()
        self._start(self.folder / f"{self.name}.toml")
        self._await()


class Forger:
    """Hands everything on to an authority, but takes the revocations out of its feed and keeps the signature."""

    def __init__(self, upstream):
        forger = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                forger.pass_on(self, upstream, None)

            def do_POST(self):
                length = int(self.headers.get("Content-Length") or 0)
                forger.pass_on(self, upstream, self.rfile.read(length))

            def log_message(self, *_):
                pass

        self.forged = 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def pass_on(self, handler, upstream, body):
        """One request, there and back."""
        headers = {
            name: value
            for name, value in handler.headers.items()
            if name.lower().startswith("x-admin-") or name.lower() == "content-type"
        }
        request = urllib.request.Request(upstream + handler.path, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        if handler.path.startswith("/sovereign-revocation-feed"):
            feed = json.loads(text)
            feed["revoked_attestation_ids"], feed["revocation_reasons"] = [], {}
            text = json.dumps(feed).encode()
            self.forged += 1
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    def stop(self):
        """Stops answering."""
        self.server.shutdown()
        self.server.server_close()


def environment():
    """No proxy between the two, no configuration of whoever runs this."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "GENESIS_MESH_CONFIG"):
        os.environ.pop(name, None)
    os.environ["NO_PROXY"] = "*"
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
