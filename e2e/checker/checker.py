#!/usr/bin/env python3
"""Checks what docs/guarantees.md promises, made from that page alone, with Python's standard library alone.

A balancer with a journal and two worker hubs run as real processes, under load over HTTP. The balancer is killed
(SIGKILL) every few seconds, a hub now and then. In the end everything that was acknowledged must have ended, and what
was told over HTTP must agree with what the handlers noted in a file of their own.
"""

import argparse
import json
import random
import shutil
import signal
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import asdict

sys.dont_write_bytecode = True  # nothing is left behind

from cluster import Cluster, NoStart
from judge import handed_out_again, judge, ran_twice
from ledger import Ledger, Rerun
from load import QUOTA, Deck, Door, Load, NoAnswer, seen_of
from self_test import self_test

EVIDENCE_MAX = 10
READY_MAX = 60  # seconds


def say(text):
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def options():
    parser = argparse.ArgumentParser(
        prog="checker",
        description="Holds Penstock against docs/guarantees.md: real processes that are killed under load.",
        epilog="Exit code: 0 nothing is wrong, 1 a promise was broken, 2 wrong command line, 3 it could not run, "
        "130 interrupted.",
    )
    parser.add_argument(
        "--seconds", type=float, default=60, help="how long there are load and kills; default 60"
    )
    parser.add_argument("--seed", type=int, help="decides tasks and kills; random and told if absent")
    parser.add_argument(
        "--rate", type=float, default=60, help="tasks per second that are handed in, at most; default 60"
    )
    parser.add_argument(
        "--settle",
        type=float,
        default=180,
        help="seconds in which all must have ended after that; default 180",
    )
    parser.add_argument(
        "--node", default=shutil.which("node") or "node", help="the Node.js to run Penstock with"
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="keep the folder with journal, logs and notes, and say where it is",
    )
    parser.add_argument("--json", action="store_true", help="what it does anyway: one line of JSON on stdout")
    parser.add_argument(
        "--self-test", action="store_true", help="only let the judge find lies in ledgers made by hand"
    )
    chosen = parser.parse_args()
    if not min(chosen.seconds, chosen.rate, chosen.settle) > 0:
        parser.error("--seconds, --rate and --settle are above 0")
    return chosen


def while_loaded(cluster, load, seconds, draw):
    """Kills by the seed until the time is over, and leaves all processes up."""
    now = time.monotonic()
    end, told = now + seconds, now
    balancer_due = now + draw.uniform(2, 5)
    hub_due = now + draw.uniform(5, 12)
    crowd_due = now + draw.uniform(2, 10)
    starts = []  # (when, what) to be started again
    started = None  # when the balancer was, and is not ready yet
    while (now := time.monotonic()) < end:
        if cluster.ended_by_itself():
            raise NoStart("a process ended by itself")
        for start in [start for start in starts if start[0] <= now]:
            starts.remove(start)
            if start[1] == "balancer":
                cluster.start_balancer()
                if draw.random() < 0.15:  # while it starts
                    balancer_due = now + draw.uniform(0.1, 1.5)
                else:
                    started = now
            else:
                cluster.start_hub(start[1])
                hub_due = now + draw.uniform(5, 15)
        if started is not None and cluster.ready():
            started = None
            # Now and then long enough for hubs to be given up (LB_REATTACH_WINDOW).
            balancer_due = now + (draw.uniform(11, 15) if draw.random() < 0.08 else draw.uniform(0.3, 4))
        if started is not None and now > started + READY_MAX:
            raise NoStart(f"the balancer was not ready after {READY_MAX} s: {cluster.tail('balancer')}")
        if now >= balancer_due:
            cluster.kill_balancer()
            balancer_due = float("inf")
            starts.append((now + draw.uniform(0, 1.5), "balancer"))
        if now >= hub_due:
            name = draw.choice(sorted(cluster.hubs))
            cluster.kill_hub(name)
            hub_due = float("inf")
            starts.append((now + draw.uniform(0, 3), name))
        if now >= crowd_due:
            load.overfill(Deck(draw.random()))
            crowd_due = now + 40
        if now >= told + 5:
            told = now
            cluster.forget_empty_groups()
            say(
                f"{len(cluster.ledger.tasks)} handed in, {len(load.unfinished)} unfinished, {len(cluster.ledger.kills)} kills"
            )
        time.sleep(0.02)
    for _, what in starts:
        cluster.start_balancer() if what == "balancer" else cluster.start_hub(what)
    cluster.await_ready()


def settle(load, cluster, seconds, what):
    """Waits until all has ended; who has not by then is judged as it is."""
    limit, told = time.monotonic() + seconds, time.monotonic()
    while not load.idle() and time.monotonic() < limit:
        if cluster.ended_by_itself():
            raise NoStart("a process ended by itself")
        if time.monotonic() > told + 5:
            told = time.monotonic()
            say(f"{what}: {len(load.unfinished)} unfinished")
        time.sleep(0.05)


def restart(cluster):
    cluster.kill_balancer()
    cluster.start_balancer()
    cluster.await_ready()


def in_order(cluster, load, deck, draw, seconds):
    """Tasks of one user, while there are no hubs; then a kill of the balancer, and one hub with one worker."""
    cluster.stop_hubs()
    door = Door(cluster.http_port)
    tasks = []
    for number in range(40):
        payload = {"number": number, "ms": 0, "fails": 0, "final": False}
        body = {"name": "NOTED", "priority": draw.randrange(3), "payload": payload}
        task = deck.make("orderly", body, "orderly")
        tasks.append(task)
        cluster.ledger.add(task)
        load.hand_in(door, [task], draw)
    door.close()
    restart(cluster)
    cluster.ledger.order = [task.id for task in sorted(tasks, key=lambda task: -task.body["priority"])]
    cluster.start_hub("hub-last", workers=1)
    settle(load, cluster, seconds, "order")


def look_again(cluster, load):
    """At everything, once more."""
    door = Door(cluster.http_port)
    for task in list(cluster.ledger.tasks.values()):
        refused = task.refusals and not task.named and not task.unanswered
        known = task.acked and (task.level == "disk" or not task.unknown())
        if known or refused:
            for _ in range(50):
                try:
                    load.look(door, task)
                    break
                except NoAnswer:
                    time.sleep(0.1)
    door.close()


def run_dead_again(cluster):
    """Some that failed, with a payload that does not: they are known until now, with all that they need."""
    door = Door(cluster.http_port)
    failed = [task for task in cluster.ledger.acknowledged() if task.kind in ("failing", "fatal")]
    for task in failed[:20]:
        try:
            _, before, _ = door.ask("GET", f"/api/tasks/{task.id}")
            if before.get("state") == "failed":
                door.ask(
                    "POST", f"/api/tasks/{task.id}/rerun", {"payload": {**task.body["payload"], "fails": 0}}
                )
                _, after, asked = door.ask("GET", f"/api/tasks/{task.id}?wait=20s")
                cluster.ledger.reruns.append(
                    Rerun(task, before["attempt"], after["attempt"], seen_of(after, asked))
                )
        except NoAnswer as error:
            cluster.ledger.faults.append(f"nobody is killed, and there was no answer: {error}")
    door.close()


def evidence(wrong, cluster):
    """What ledger, handlers, processes and the balancer have to say of a task."""
    task = cluster.ledger.tasks.get(wrong.task)
    story = {"handlers": [asdict(note) for note in cluster.ledger.notes if note.task == wrong.task]}
    if task:
        story["ledger"] = asdict(task)
        times = [
            task.sent,
            *(note["at"] for note in story["handlers"]),
            *(seen.answered for seen in task.seen),
        ]
        story["kills"] = [
            asdict(kill) for kill in cluster.ledger.kills if min(times) - 15 <= kill.begin <= max(times) + 1
        ]
    try:
        address = f"http://127.0.0.1:{cluster.http_port}/api/tasks/{wrong.task}"
        with urllib.request.urlopen(address, timeout=10) as answer:
            story["balancer"] = json.load(answer)
    except urllib.error.HTTPError as error:
        story["balancer"] = json.loads(error.read())
    except OSError as error:
        story["balancer"] = str(error)
    return story


def check(chosen):
    seed = chosen.seed if chosen.seed is not None else random.randrange(1 << 31)
    draw = random.Random(seed)
    ledger = Ledger()
    cluster = Cluster(chosen.node, ledger, QUOTA)
    load = None
    say(f"seed {seed}, {chosen.seconds:g} s, in {cluster.folder}")
    try:
        try:
            cluster.start_balancer()
            for name in ("hub-1", "hub-2"):
                cluster.start_hub(name)
            cluster.await_ready()
            load = Load(cluster.http_port, ledger, seed, chosen.rate)
            while_loaded(cluster, load, chosen.seconds, draw)
            say("no more kills; waiting until everything has ended")
            load.stop()
            settle(load, cluster, chosen.settle, "settling")
            in_order(cluster, load, Deck(f"{seed} order"), draw, chosen.settle)
            restart(cluster)
            look_again(cluster, load)
            run_dead_again(cluster)
            _, stats, _ = Door(cluster.http_port).ask("GET", "/api/stats")
            if stats["queued"] or stats["running"]:
                told = f"{stats['queued']} queued, {stats['running']} running"
                ledger.faults.append(f"all has ended, and the balancer tells {told}")
        except NoStart as error:
            if not ledger.kills:
                raise
            ledger.faults.append(str(error))
        finally:
            if load:
                load.end()
        ledger.read_notes(cluster.notes)
        wrongs = judge(ledger)
        report = summary(seed, chosen, ledger, wrongs)
        for number, wrong in enumerate(wrongs):
            say(f"WRONG ({wrong.kind}) {wrong.task or ''}: {wrong.what}")
            entry = asdict(wrong)
            if wrong.task and number < EVIDENCE_MAX:
                entry["evidence"] = evidence(wrong, cluster)
            report["wrongs"].append(entry)
        print(json.dumps(report), flush=True)
        return 1 if wrongs else 0
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # what was begun is cleaned up first
        if chosen.keep:
            say(f"kept: {cluster.folder}")
        cluster.close(keep=chosen.keep)


def summary(seed, chosen, ledger, wrongs):
    kinds = Counter(wrong.kind for wrong in wrongs)
    acknowledged = ledger.acknowledged()
    return {
        "seed": seed,
        "seconds": chosen.seconds,
        "attempted": len(ledger.tasks),
        "acknowledged": len(acknowledged),
        "finished": sum(task.ended() for task in acknowledged),
        "goneFromMemory": sum(task.level == "memory" and task.unknown() for task in acknowledged),
        "lost": kinds["lost"],
        "doubled": kinds["doubled"],
        "ranTwice": ran_twice(ledger),
        "handedOutAgain": handed_out_again(ledger),
        "startedAgain": kinds["startedAgain"],
        "untrue": kinds["untrue"],
        "kills": dict(Counter(kill.who for kill in ledger.kills)),
        "kinds": dict(Counter(task.kind for task in acknowledged)),
        "wrongs": [],
    }


def main():
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    chosen = options()
    if chosen.self_test:
        return self_test()
    try:
        return check(chosen)
    except NoStart as error:
        print(error, file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        say("interrupted")
        return 130


if __name__ == "__main__":
    sys.exit(main())
