# SPDX-License-Identifier: Apache-2.0
"""What the scripts of this folder share: a simulator, and counting."""
import os, subprocess, sys

failures = checks = 0


def check(name, got, want):
    global failures, checks
    checks += 1
    if got != want:
        failures += 1
        print(f"FAIL {name}: {got!r} is not {want!r}")


def finish(name):
    """The line of figures; exit 1 when anything failed."""
    print(f"{name}: {checks - failures} of {checks} checks of the simulator passed")
    sys.exit(1 if failures else 0)


class Simulator:
    """`spate simulate` with these flags; gives what `client` makes of its address."""

    def __init__(self, client, *flags):
        self.client = client
        self.flags = flags

    def __enter__(self):
        spate = os.environ["SPATE_CLI"]
        self.process = subprocess.Popen([spate, "simulate", *self.flags], stdout=subprocess.PIPE)
        return self.client(self.process.stdout.readline().decode().strip())

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def decoded(dialect, body, stream=True):
    """What Spate itself reads of a body."""
    import json
    name = os.environ["SPATE_CLI"]
    kind = "text/event-stream" if stream else "application/json"
    out = subprocess.run([name, "decode", "--dialect", dialect, "--content-type", kind, "-"], input=body,
                         stdout=subprocess.PIPE, check=False).stdout
    return json.loads(out)


def posted(base, path, body):
    """What Spate reads of the simulator's answer to the same request."""
    import json, urllib.request
    request = urllib.request.Request(base + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as response:
        return response.headers["Content-Type"], response.read()
