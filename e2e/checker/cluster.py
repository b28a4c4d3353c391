"""A balancer with a journal and worker hubs, as real processes that are killed and started again."""

import contextlib
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from ledger import Kill

ROOT = Path(__file__).resolve().parents[2]
APPS = {name: ROOT / "apps" / name / "dist" / "main.js" for name in ("balancer", "worker-hub")}

# Its notes are one line each, and written before the handler gives its result or error away.
HANDLER = """
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const hub = process.ppid;

export default {
  name: 'NOTED',
  async run({ number, ms, fails, final }, { taskId, attempt, signal, arguments: { notes } }) {
    const nonce = randomUUID();
    const note = (what) => appendFileSync(notes, [what, taskId, attempt, process.hrtime.bigint(), nonce, hub].join(' ') + '\\n');
    note('begin');
    try {
      if (ms > 0) await pause(ms, undefined, { signal });
    } catch (error) {
      note('abort');
      throw error;
    }
    if (attempt <= fails) {
      note('fail');
      throw Object.assign(new Error('on purpose, ' + nonce), { retryable: !final });
    }
    note('done');
    return { taskId, number, nonce };
  },
};
"""

# Nothing that ended may be forgotten before the end of the run: it is looked at once more.
KEEPING = {
    "LB_FINISHED_TTL": "24h",
    "LB_COLLECTED_TTL": "24h",
    "LB_CANCELLED_TTL": "24h",
    "LB_FINISHED_MAX": "10000000",
    "LB_DEAD_MAX": "10000000",
}


class NoStart(Exception):
    """A process did not become ready."""


def free_ports(count):
    """Below 32000: higher ones are given by the system to whoever dials, and may be taken at a restart."""
    found = []
    while len(found) < count:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            if port not in found:
                found.append(port)
    return found


class Cluster:
    """`faults` gets a line for each process that ended though nobody killed it."""

    def __init__(self, node, ledger, quota):
        for app in APPS.values():
            if not app.exists():
                raise NoStart(f"{app} is missing: build first (npm run setup)")
        self.node = node
        self.ledger = ledger
        self.folder = Path(tempfile.mkdtemp(prefix="penstock-checker-"))
        self.notes = self.folder / "notes.txt"
        (self.folder / "tasks").mkdir()
        (self.folder / "tasks" / "noted.mjs").write_text(HANDLER)
        self.http_port, self.hub_port, client_port, control_port = free_ports(4)
        self.balancer_settings = {
            "PENSTOCK_DATA": str(self.folder / "data"),
            "LB_HTTPPORT": str(self.http_port),
            "LB_WKPULLPORT": str(self.hub_port),
            "LB_CLIENTPULLPORT": str(client_port),
            "LB_HCREPPORT": str(control_port),
            "LB_QUEING_MAXPERUSER": str(quota),
            **KEEPING,
        }
        self.balancer = None
        self.hubs = {}
        self.groups = set()  # process groups that may have members
        self.lives = 0

    def _start(self, app, name, settings):
        # None of this program's own settings may reach them.
        inherited = ("LB_", "WKHUB_", "HC_", "PENSTOCK_", "HEARTBEAT_", "MONITOR_", "LOG_", "NODE_")
        env = {key: value for key, value in os.environ.items() if not key.startswith(inherited)}
        with open(self.folder / f"{name}.log", "ab") as log:
            process = subprocess.Popen(
                [self.node, str(APPS[app]), "-p", "none"],
                cwd=self.folder,
                env={**env, **settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.groups.add(process.pid)
        return process

    def start_balancer(self):
        self.balancer = self._start("balancer", "balancer", self.balancer_settings)
        self.lives += 1

    def start_hub(self, name, workers=4):
        self.hubs[name] = self._start(
            "worker-hub",
            name,
            {
                "LB_WKPULLPORT": str(self.hub_port),
                "WKHUB_NAME": name,
                "WKHUB_TASKS": str(self.folder / "tasks"),
                "WKHUB_WORKERS": json.dumps([{"nWorkers": workers}]),
                "WKHUB_ARGUMENTS": json.dumps({"NOTED": {"notes": str(self.notes)}}),
                "WKHUB_HCPORT": "0",
                "WKHUB_HTTPPORT": "0",
            },
        )

        self.ledger.hubs.add(self.hubs[name].pid)

    def ready(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=5)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def await_ready(self, seconds=60):
        limit = time.monotonic() + seconds
        while not self.ready():
            if self.ended_by_itself():
                raise NoStart("the balancer ended instead of becoming ready:\n" + self.tail("balancer"))
            if time.monotonic() > limit:
                raise NoStart(f"the balancer was not ready after {seconds} s:\n" + self.tail("balancer"))
            time.sleep(0.05)

    def ended_by_itself(self):
        """Looks whether a process is gone that nobody killed, and writes that down."""
        running = {"balancer": self.balancer, **self.hubs}
        gone = {name: process for name, process in running.items() if process and process.poll() is not None}
        for name, process in gone.items():
            self.ledger.faults.append(
                f"{name} ended by itself, code {process.returncode}: {self.tail(name, 3)}"
            )
            if name == "balancer":
                self.balancer = None
            else:
                del self.hubs[name]
        return bool(gone)

    def _kill(self, who, process):
        begin = time.monotonic()
        process.kill()
        process.wait()
        self.ledger.kills.append(Kill(who, process.pid, begin, time.monotonic()))

    def kill_balancer(self):
        self._kill("balancer", self.balancer)
        self.balancer = None

    def kill_hub(self, name):
        """The hub alone: that its workers end with it is its own business."""
        self._kill("hub", self.hubs.pop(name))

    def stop_hubs(self):
        """In good order."""
        for process in self.hubs.values():
            process.terminate()
        for process in self.hubs.values():
            process.wait(timeout=60)
        self.hubs.clear()

    def tail(self, name, lines=15):
        path = self.folder / f"{name}.log"
        return "\n".join(path.read_text("utf-8", "replace").splitlines()[-lines:]) if path.exists() else ""

    def forget_empty_groups(self):
        """A number that is free again may become somebody else's: such a group must not be killed later."""
        for group in list(self.groups):
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                self.groups.discard(group)

    def close(self, keep=False):
        self.forget_empty_groups()
        for group in self.groups:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        for process in [self.balancer, *self.hubs.values()]:
            if process:
                process.wait()
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)
