"""Who hands tasks in, looks at them, cancels some and asks for what must be refused, over HTTP from several threads."""

import heapq
import http.client
import json
import os
import random
import threading
import time
import uuid

from ledger import ENDS, Asked, Cancel, Probe, Seen, Task

USERS = ["anonymous", "ada", "bob", "mary", "zoë"]
PRIORITIES = [0, 0, 0, 1, 5, -2.5]
QUOTA = 300  # of one user, queued: what the balancer is told
UNFINISHED_MAX = 250  # of all others, so that nobody else meets it


class NoAnswer(Exception):
    """The connection broke, or no answer came in time: nobody knows what came of it, unless it was never `delivered`."""

    def __init__(self, why, delivered=True):
        super().__init__(why)
        self.delivered = delivered


class Door:
    """One connection to the balancer, for one thread."""

    def __init__(self, port):
        self.port = port
        self.connection = None

    def ask(self, method, path, body=None):
        """Returns status, answer, and when it was asked and answered."""
        sent = time.monotonic()
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            data = None if body is None else json.dumps(body)
            self.connection.request(method, path, data, {"content-type": "application/json"} if data else {})
            response = self.connection.getresponse()
            answer = json.loads(response.read() or b"null")
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise NoAnswer(str(error), not isinstance(error, ConnectionRefusedError)) from None
        return response.status, answer, Asked(sent, time.monotonic())

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def mint(user):
    """A UUIDv7 whose rand_a is the hash of the user, as PROTOCOL.md says."""
    value = 0x811C9DC5
    for byte in user.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    rand_a = (value >> 20 ^ value >> 8 ^ value) & 0xFFF
    head = time.time_ns() // 1_000_000 & 0xFFFFFFFFFFFF
    tail = int.from_bytes(os.urandom(8), "big") & (1 << 62) - 1
    return str(uuid.UUID(int=head << 80 | 7 << 76 | rand_a << 64 | 2 << 62 | tail))


def seen_of(view, asked):
    """A task as HTTP tells it."""
    state, error = view["state"], view.get("error", {})
    result = view.get("result") or {}
    cause = view.get("cause", "")
    nonce = result.get("nonce", "") if state == "done" else error.get("message", "").rpartition(", ")[2]
    end = (state, cause, nonce, result.get("taskId"), result.get("number")) if state in ENDS else ()
    return Seen(
        asked.sent,
        asked.answered,
        state,
        end,
        cause,
        nonce,
        view.get("failures", 0),
        view.get("durability", ""),
    )


class Deck:
    """Draws tasks of all kinds."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.keys = []  # (user, key, body) that may be handed in again
        self.drawn = 0

    def draw(self):
        kind, body = self._kind()
        self.drawn += 1
        user = self.random.choice(USERS)
        payload = {
            "number": self.random.randrange(1 << 40),
            "ms": 0,
            "fails": 0,
            "final": False,
            **body.pop("payload", {}),
        }
        if self.random.random() < 0.1:
            payload["filling"] = "x" * self.random.randrange(20_000)
        body = {"name": "NOTED", "priority": self.random.choice(PRIORITIES), **body, "payload": payload}
        key = None
        if kind not in ("hang", "memory") and self.random.random() < 0.2:
            if self.keys and self.random.random() < 0.6:
                user, key, body = self.random.choice(self.keys[-20:])
            else:
                # Another user may have the same key, for another task.
                key = f"key {self.drawn}"
                self.keys.append((user, key, body))
        return self.make(user, body, kind, key)

    def make(self, user, body, kind, key=None):
        task_id = mint(user)
        body = {**body, "taskId": task_id}
        if user != "anonymous":
            body["userId"] = user
        if key is not None:
            body["idempotencyKey"] = key
        return Task(task_id, body, kind, None if key is None else (user, key))

    def _kind(self):
        draw = self.random
        fixed = {"kind": "fixed", "delayMs": draw.choice([0, 50, 500])}
        return draw.choices(
            [
                ("quick", {"payload": {"ms": draw.randrange(40)}}),
                ("slow", {"payload": {"ms": draw.randrange(500, 3000)}}),
                ("memory", {"durability": "memory", "payload": {"ms": draw.randrange(40)}}),
                ("once", {"onWorkerLoss": "fail", "maxAttempts": 1, "payload": {"ms": draw.randrange(600)}}),
                ("flaky", {"maxAttempts": 3, "backoff": fixed, "payload": {"fails": 1}}),
                ("failing", {"maxAttempts": 2, "backoff": fixed, "payload": {"fails": 1000}}),
                ("fatal", {"maxAttempts": 5, "payload": {"fails": 1000, "final": True}}),
                ("delayed", {"delayMs": draw.randrange(200, 6000), "payload": {}}),
                ("due", {"delayMs": 600_000, "deadlineMs": draw.randrange(500, 5000), "payload": {}}),
                ("hang", {"payload": {"ms": 90_000}}),
            ],
            [50, 4, 10, 14, 5, 3, 2, 8, 2, 0.4],
        )[0]


class Load:
    def __init__(self, port, ledger, seed, rate, threads=6):
        self.port, self.ledger, self.seed = port, ledger, seed
        self.stopping = threading.Event()
        self.done = threading.Event()
        self.errands = []
        self.ready = threading.Condition()
        self.unfinished = set()
        self.greedy = set()
        self.count = 0
        self.submitters = [
            threading.Thread(target=self._submit, args=(number, threads / rate), daemon=True)
            for number in range(threads)
        ]
        self.runners = [threading.Thread(target=self._run_errands, daemon=True) for _ in range(threads)]
        for thread in [*self.submitters, *self.runners]:
            thread.start()

    def stop(self):
        """No more tasks; those that are being handed in are handed in until they are taken or refused."""
        self.stopping.set()

    def idle(self):
        return (
            not any(thread.is_alive() for thread in self.submitters)
            and not self.unfinished
            and not self.errands
        )

    def handing_in(self):
        return any(thread.is_alive() for thread in self.submitters)

    def end(self):
        self.done.set()
        with self.ready:
            self.ready.notify_all()

    # Handing in

    def _submit(self, number, pause):
        deck, door = Deck(f"{self.seed} {number}"), Door(self.port)
        draw = deck.random
        while not self.stopping.is_set():
            if len(self.unfinished) - len(self.greedy & self.unfinished) > UNFINISHED_MAX:
                time.sleep(0.1)
                continue
            batch = [deck.draw() for _ in range(draw.randrange(2, 20) if draw.random() < 0.05 else 1)]
            for task in batch:
                self.ledger.add(task)
            self.hand_in(door, batch, draw)
            time.sleep(pause * len(batch) * draw.uniform(0.5, 1.5))
        door.close()

    def hand_in(self, door, batch, draw):
        """Until each is acknowledged or refused for good; what is not answered goes again under the same id."""
        while batch and not self.done.is_set():
            for task in batch:
                task.sent = task.sent or time.monotonic()
            alone = len(batch) == 1
            wait = "?wait=500ms" if alone and draw.random() < 0.25 else ""
            try:
                bodies = batch[0].body if alone else [task.body for task in batch]
                status, answer, asked = door.ask("POST", f"/api/tasks{wait}", bodies)
            except NoAnswer as error:
                for task in batch:
                    task.unanswered += error.delivered
                if not self.stopping.is_set() and draw.random() < 0.03:
                    for task in batch:
                        task.given_up = True
                    return
                time.sleep(draw.uniform(0.05, 0.5))
                continue
            answers = [answer] if alone or "tasks" not in answer else answer["tasks"]
            again = []
            for task, told in zip(batch, answers if len(answers) == len(batch) else answers * len(batch)):
                if "error" in told and "taskId" not in told:
                    task.refusals.append(told["error"]["code"])
                    if told["error"].get("retryable") or status == 503:
                        again.append(task)
                    continue
                self._taken(task, told, asked, draw, status)
            batch = again
            if batch:
                time.sleep(draw.uniform(0.1, 0.5))

    def _taken(self, task, told, asked, draw, status):
        owner, fresh = self.ledger.acknowledge(task, told["taskId"], asked)
        if owner is None:
            return
        if status == 200 and "state" in told:
            owner.seen.append(seen_of(told, asked))
        if fresh:
            self._follow(owner, draw)

    def _follow(self, task, draw):
        self.unfinished.add(task.id)
        self.later(0.2, self._look, task)
        if task.kind == "hang":
            self.later(draw.uniform(0.2, 5), self._cancel, task)
        elif draw.random() < 0.05:
            self.later(draw.uniform(0, 2), self._cancel, task)
        # Whatever has become of it by then, it is known, and is no new task.
        if task.level == "disk":
            if draw.random() < 0.05:
                self.later(draw.uniform(0, 8), self._resubmit, task)
            if draw.random() < 0.03:
                self.later(draw.uniform(0, 8), self._contradict, task)

    # Errands: each returns after how many seconds it is to be run again, or None

    def later(self, seconds, errand, task):
        with self.ready:
            self.count += 1
            heapq.heappush(self.errands, (time.monotonic() + seconds, self.count, errand, task))
            self.ready.notify()

    def _run_errands(self):
        door, draw = Door(self.port), random.Random()
        while not self.done.is_set():
            with self.ready:
                now = time.monotonic()
                if not self.errands or self.errands[0][0] > now:
                    self.ready.wait(min(0.5, self.errands[0][0] - now) if self.errands else 0.5)
                    continue
                _, _, errand, task = heapq.heappop(self.errands)
            try:
                again = errand(door, task, draw)
            except NoAnswer:
                again = draw.uniform(0.1, 0.6)
            if again is not None:
                self.later(again, errand, task)
        door.close()

    def look(self, door, task, wait=""):
        status, answer, asked = door.ask("GET", f"/api/tasks/{task.id}{wait}")
        if status == 404:
            seen = Seen(asked.sent, asked.answered, "unknown")
        elif status == 200:
            seen = seen_of(answer, asked)
        else:
            raise NoAnswer(f"status {status}")
        # What is said before the first end is of no interest, but for the latest.
        if task.seen and not task.ended() and task.seen[-1].state not in (*ENDS, "unknown"):
            task.seen[-1] = seen
        else:
            task.seen.append(seen)
        return seen

    def _look(self, door, task, draw):
        # Who waits is told at the very moment of the end: a kill just then must not undo it.
        seen = self.look(door, task, "?wait=1s" if draw.random() < 0.3 else "")
        if seen.state not in (*ENDS, "unknown"):
            return draw.uniform(0.3, 1.5)
        self.unfinished.discard(task.id)
        # An end must last.
        again = len(task.ends()) == 1 and draw.random() < 0.25 and not self.stopping.is_set()
        return draw.uniform(0.5, 15) if again else None

    def _cancel(self, door, task, draw):
        cancel = Cancel(time.monotonic())
        task.cancels.append(cancel)
        try:
            status, answer, asked = door.ask("DELETE", f"/api/tasks/{task.id}")
        except NoAnswer as error:
            if not error.delivered:
                task.cancels.remove(cancel)
            raise
        if status == 404:
            task.seen.append(Seen(asked.sent, asked.answered, "unknown"))
            return None
        if status not in (200, 202):
            return 0.3
        cancel.found, cancel.answered = answer["from"], asked.answered
        return None

    def _resubmit(self, door, task, draw):
        _, answer, asked = door.ask("POST", "/api/tasks", task.body)
        if "taskId" in answer:
            self.ledger.acknowledge(task, answer["taskId"], asked)
            return None
        if answer["error"].get("retryable"):
            return 0.5
        self.ledger.conflicts.append(Probe(task, "SAME", answer["error"]["code"], asked))
        return None

    def _contradict(self, door, task, draw):
        """Another payload under the same id or key: of another length, too, since of a done task that is compared."""
        body = {**task.body, "payload": {**task.body["payload"], "other": "y" * 7}}
        if task.key and draw.random() < 0.7:
            body["taskId"] = mint(task.key[0])
        what = "ID_CONFLICT" if body["taskId"] == task.id else "KEY_CONFLICT"
        _, answer, asked = door.ask("POST", "/api/tasks", body)
        if "error" in answer and answer["error"].get("retryable"):
            return 0.5
        code = (
            answer["error"]["code"]
            if "error" in answer and "taskId" not in answer
            else f"taken as {answer['taskId']}"
        )
        self.ledger.conflicts.append(Probe(task, what, code, asked))
        return None

    def _overfill(self, door, tasks, draw):
        """More of one user than it may have, in one list: what is refused must leave nothing behind."""
        for task in tasks:
            task.sent, task.given_up = time.monotonic(), True
        try:
            _, answer, asked = door.ask("POST", "/api/tasks", [task.body for task in tasks])
        except NoAnswer as error:
            if not error.delivered:
                raise
            for task in tasks:
                task.unanswered += 1
            return
        for task, told in zip(tasks, answer.get("tasks", [answer] * len(tasks))):
            if "error" in told:
                task.refusals.append(told["error"]["code"])
                # Once it is looked for, and once at the end.
                self.later(draw.uniform(0, 5), self._look, task)
            elif self.ledger.acknowledge(task, told["taskId"], asked)[1]:
                self.unfinished.add(task.id)
                self.later(draw.uniform(1, 3), self._look, task)

    def overfill(self, deck):
        body = {
            "name": "NOTED",
            "delayMs": 1500,
            "payload": {"number": 1, "ms": 0, "fails": 0, "final": False},
        }
        tasks = [deck.make("greedy", body, "greedy") for _ in range(QUOTA + 40)]
        for task in tasks:
            self.ledger.add(task)
            self.greedy.add(task.id)
        self.later(0, self._overfill, tasks)
