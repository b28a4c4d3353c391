"""What was asked of the balancer, what it answered, what handlers noted, and what was killed: all that is judged.

Times are seconds of the monotonic clock, which Node.js and Python share on one machine.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

ENDS = ("done", "failed", "cancelled", "expired")


@dataclass
class Asked:
    """A request and when its answer was there."""

    sent: float
    answered: float


@dataclass
class Seen(Asked):
    """What the balancer said of a task: a state, or `unknown`; of an end also which one it is."""

    state: str
    end: tuple = ()
    cause: str = ""
    nonce: str = ""
    failures: int = 0
    level: str = ""


@dataclass
class Cancel:
    """`found` is what the balancer says to have found: queued, running, finished; None when no answer came."""

    sent: float
    answered: float | None = None
    found: str | None = None


@dataclass
class Task:
    """One task that was handed in under an id of our own."""

    id: str
    body: dict
    kind: str
    key: tuple | None = None
    sent: float | None = None  # first
    acked: Asked | None = None  # first
    named: list = field(default_factory=list)  # the ids that its acknowledgements gave
    refusals: list = field(default_factory=list)
    unanswered: int = 0
    given_up: bool = False
    cancels: list = field(default_factory=list)
    seen: list = field(default_factory=list)

    @property
    def level(self):
        return self.body.get("durability", "disk")

    @property
    def once(self):
        return self.body.get("onWorkerLoss") == "fail"

    @property
    def attempts(self):
        return self.body.get("maxAttempts", 1)

    def ends(self):
        return [seen for seen in self.seen if seen.state in ENDS]

    def unknown(self):
        return any(seen.state == "unknown" for seen in self.seen)

    def ended(self):
        return any(seen.state in ENDS for seen in self.seen)


@dataclass
class Probe:
    """An acknowledged task that was handed in again: as it was (SAME), or with another payload under its id or key."""

    task: Task
    expected: str
    code: str  # of the refusal
    asked: Asked


@dataclass
class Rerun:
    """A dead task that was run again with a payload that does not fail: its attempt before, and how it ended."""

    task: Task
    before: int
    attempt: int
    seen: Seen


@dataclass
class Note:
    """A line that a handler wrote: it began, is done, fails, or was aborted."""

    what: str
    task: str
    attempt: int
    at: float
    nonce: str
    hub: int  # its process id


@dataclass
class Kill:
    """A process that was killed: from before the signal until it was gone."""

    who: str  # balancer or hub
    pid: int
    begin: float
    end: float


class Ledger:
    def __init__(self):
        self.lock = threading.Lock()
        self.tasks = {}
        self.kills = []
        self.hubs = set()  # the process ids of all that were ever started
        self.notes = []
        self.order = []  # ids that must begin in this order
        self.conflicts = []  # probes that were refused or should have been
        self.reruns = []
        self.faults = []  # what went wrong with a process

    def add(self, task):
        with self.lock:
            self.tasks[task.id] = task

    def acknowledge(self, task, named, asked):
        """Returns the task that has that id, and whether it is acknowledged for the first time."""
        with self.lock:
            task.named.append(named)
            owner = self.tasks.get(named)
            fresh = owner is not None and owner.acked is None
            if fresh:
                owner.acked = asked
            return owner, fresh

    def acknowledged(self):
        with self.lock:
            return [task for task in self.tasks.values() if task.acked]

    def read_notes(self, path):
        """The last line may be half a line only if its writer was killed within the write."""
        if path.exists():
            for line in path.read_text().splitlines():
                words = line.split(" ")
                if len(words) == 6:
                    what, task, attempt, ns, nonce, hub = words
                    self.notes.append(Note(what, task, int(attempt), int(ns) / 1e9, nonce, int(hub)))
