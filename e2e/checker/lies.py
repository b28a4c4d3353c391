"""Ledgers made by hand: honest ones, and others with one lie each."""

from ledger import ENDS, Asked, Cancel, Kill, Ledger, Note, Probe, Rerun, Seen, Task


def ledger_of(kind="quick", acked=True, **rules):
    """One task, handed in at second 1 and acknowledged at 1.1."""
    payload = {"number": 7, "ms": 0, "fails": 0, "final": False}
    book = Ledger()
    book.hubs = {10, 11}
    task = Task("t", {"name": "NOTED", "taskId": "t", **rules, "payload": payload}, kind, sent=1.0)
    book.add(task)
    if acked:
        book.acknowledge(task, "t", Asked(1.0, 1.1))
    return book, task


def note(book, what, at, nonce, attempt=1, task="t", hub=10):
    book.notes.append(Note(what, task, attempt, at, nonce, hub))


def tell(task, at, state, nonce="", cause="", number=7, **more):
    result = (task.id, number) if state == "done" else (None, None)
    end = (state, cause, nonce, *result) if state in ENDS else ()
    task.seen.append(Seen(at, at + 0.1, state, end, cause, nonce, **more))


def ran(book, task, at=2.0):
    note(book, "begin", at, "n1")
    note(book, "done", at + 0.1, "n1")
    tell(task, at + 1, "done", "n1")


def kill(book, who, at, pid=10):
    book.kills.append(Kill(who, pid, at, at + 0.1))


def honest():
    book, task = ledger_of()
    ran(book, task)
    kill(book, "balancer", 4)
    tell(task, 6, "done", "n1")
    return book


def honest_losses():
    """At least once: its hub was killed while it ran, so it may run again."""
    book, task = ledger_of()
    note(book, "begin", 2, "n0")
    kill(book, "hub", 2.5)
    ran(book, task, 5)
    return book


def honest_memory():
    book, task = ledger_of(durability="memory")
    kill(book, "balancer", 2)
    tell(task, 3, "unknown")
    return book


def honest_unacknowledged():
    """Nothing is promised until the acknowledgement: it may have run before the kill, and once more after it."""
    book, task = ledger_of(acked=False)
    note(book, "begin", 1.1, "n0")
    kill(book, "balancer", 1.2)
    book.acknowledge(task, "t", Asked(3.0, 3.1))
    ran(book, task, 4)
    return book


def honest_drop():
    """A cancel that comes after the end drops the result."""
    book, task = ledger_of()
    ran(book, task)
    task.cancels.append(Cancel(4, 4.1, "finished"))
    tell(task, 5, "done")
    task.seen[-1].end = ("done", "", "", None, None)
    return book


def honest_unrecorded():
    """The balancer was killed in the moment in which it handed the task out."""
    book, task = ledger_of()
    note(book, "begin", 2, "n0")
    note(book, "done", 2.1, "n0")
    kill(book, "balancer", 2.05)
    ran(book, task, 5)
    return book


def lost_unknown():
    book, task = ledger_of()
    kill(book, "balancer", 2)
    tell(task, 3, "unknown")
    return book


def lost_unfinished():
    book, task = ledger_of()
    tell(task, 300, "queued")
    return book


def lost_from_memory():
    book, task = ledger_of(durability="memory")
    kill(book, "hub", 2)
    tell(task, 3, "unknown")
    return book


def another_level():
    book, task = ledger_of()
    ran(book, task)
    task.seen[0].level = "memory"
    return book


def two_results():
    book, task = ledger_of()
    ran(book, task)
    kill(book, "hub", 3.5)
    note(book, "begin", 4, "n2", 2)
    note(book, "done", 4.1, "n2", 2)
    tell(task, 5, "done", "n2")
    return book


def end_that_did_not_last():
    book, task = ledger_of()
    ran(book, task)
    tell(task, 5, "running")
    return book


def keyed():
    book, task = ledger_of(idempotencyKey="k")
    task.key = ("anonymous", "k")
    ran(book, task)
    other = Task("u", {**task.body, "taskId": "u"}, "quick", task.key, 1.5)
    book.add(other)
    return book, other


def honest_key():
    book, other = keyed()
    book.acknowledge(other, "t", Asked(1.5, 1.6))
    return book


def two_ids_of_a_key():
    book, other = keyed()
    book.acknowledge(other, "u", Asked(1.5, 1.6))
    note(book, "begin", 3, "m1", task="u")
    note(book, "done", 3.1, "m1", task="u")
    tell(other, 4, "done", "m1")
    return book


def ran_under_both_ids():
    book, other = keyed()
    book.acknowledge(other, "t", Asked(1.5, 1.6))
    note(book, "begin", 3, "m1", task="u")
    return book


def foreign_id():
    book, task = ledger_of()
    ran(book, task)
    book.acknowledge(task, "x", Asked(3, 3.1))
    return book


def conflict_taken():
    book = honest()
    book.conflicts.append(Probe(book.tasks["t"], "ID_CONFLICT", "taken as t", Asked(4, 4.1)))
    return book


def same_refused():
    book = honest()
    book.conflicts.append(Probe(book.tasks["t"], "SAME", "ID_CONFLICT", Asked(4, 4.1)))
    return book


def started_again():
    book, task = ledger_of("once", onWorkerLoss="fail", maxAttempts=1)
    note(book, "begin", 2, "n0")
    kill(book, "hub", 2.5)
    ran(book, task, 5)
    return book


def again_without_loss():
    book, task = ledger_of()
    note(book, "begin", 2, "n0")
    kill(book, "balancer", 4)
    ran(book, task, 5)
    return book


def again_after_another_hub():
    book, task = ledger_of()
    note(book, "begin", 2, "n0")
    kill(book, "hub", 2.5, pid=11)
    ran(book, task, 5)
    return book


def invented_result():
    book, task = ledger_of()
    note(book, "begin", 2, "n1")
    tell(task, 3, "done", "n1")
    return book


def result_gone():
    """A cancel that came too late, but before the end was heard of, takes nothing."""
    book, task = ledger_of()
    note(book, "begin", 2, "n1")
    note(book, "done", 2.1, "n1")
    task.cancels.append(Cancel(3, 3.1, "running"))
    tell(task, 5, "done")
    return book


def result_of_another():
    book, task = ledger_of()
    note(book, "begin", 2, "n1")
    note(book, "done", 2.1, "n1")
    tell(task, 3, "done", "n1", number=8)
    return book


def failed_too_soon():
    book, task = ledger_of("failing", maxAttempts=2)
    note(book, "begin", 2, "n1")
    note(book, "fail", 2.1, "n1")
    tell(task, 3, "failed", "n1", failures=1)
    return book


def lost_for_nothing():
    book, task = ledger_of("once", onWorkerLoss="fail", maxAttempts=1)
    note(book, "begin", 2, "n1")
    tell(task, 3, "failed", cause="worker-lost")
    return book


def lost_unasked():
    book, task = ledger_of()
    note(book, "begin", 2, "n1")
    kill(book, "hub", 2.5)
    tell(task, 3, "failed", cause="worker-lost")
    return book


def quarantined_for_one_loss():
    book, task = ledger_of()
    note(book, "begin", 2, "n1")
    kill(book, "hub", 2.5)
    tell(task, 3, "failed", cause="quarantined")
    return book


def cancelled_unasked():
    book, task = ledger_of()
    tell(task, 3, "cancelled")
    return book


def expired_early():
    book, task = ledger_of("due", delayMs=60_000, deadlineMs=5000)
    tell(task, 3, "expired", cause="deadline")
    return book


def expired_for_nothing():
    book, task = ledger_of()
    tell(task, 3, "expired", cause="queue-ttl")
    return book


def ran_after_cancel():
    book, task = ledger_of("delayed", delayMs=2000)
    task.cancels.append(Cancel(1.5, 1.6, "queued"))
    tell(task, 2, "cancelled")
    note(book, "begin", 4, "n1")
    return book


def cancel_forgotten():
    book, task = ledger_of()
    task.cancels.append(Cancel(1.5, 1.6, "queued"))
    note(book, "begin", 1.4, "n1")
    note(book, "done", 1.45, "n1")
    tell(task, 4, "done", "n1")
    return book


def queued_again_after_cancel():
    book, task = ledger_of("hang")
    note(book, "begin", 2, "n1")
    task.cancels.append(Cancel(3, 3.1, "running"))
    kill(book, "hub", 3.5)
    note(book, "begin", 5, "n2", 2)
    note(book, "abort", 5.1, "n2", 2)
    tell(task, 6, "cancelled")
    return book


def cancel_that_never_came():
    book, task = ledger_of("hang")
    note(book, "begin", 2, "n1")
    task.cancels.append(Cancel(3, 3.1, "running"))
    note(book, "done", 92, "n1")
    tell(task, 93, "done", "n1")
    return book


def began_early():
    book, task = ledger_of("delayed", delayMs=5000)
    ran(book, task)
    return book


def refused_and_ran():
    book, task = ledger_of(acked=False)
    task.refusals.append("QUOTA_EXCEEDED")
    task.given_up = True
    note(book, "begin", 2, "n1")
    return book


def refused_and_known():
    book, task = ledger_of(acked=False)
    task.refusals.append("QUOTA_EXCEEDED")
    task.given_up = True
    tell(task, 2, "delayed")
    return book


def wrong_order():
    book = Ledger()
    for number, at in (("a", 3.0), ("b", 2.0)):
        task = Task(number, {"payload": {"number": 7, "final": False}}, "orderly", sent=1.0)
        book.add(task)
        book.acknowledge(task, number, Asked(1.0, 1.1))
        note(book, "begin", at, number, task=number)
        note(book, "done", at, number, task=number)
        tell(task, 5, "done", number)
    book.order = ["a", "b"]
    return book


def rerun_with_its_old_number():
    book, task = ledger_of("failing")
    note(book, "begin", 2, "n1")
    note(book, "fail", 2.1, "n1")
    tell(task, 3, "failed", "n1", failures=1)
    note(book, "begin", 4, "n2")
    note(book, "done", 4.1, "n2")
    book.reruns.append(Rerun(task, 1, 1, Seen(5, 5.1, "done", nonce="n2")))
    return book


def nobodys_task():
    book = honest()
    note(book, "begin", 2, "m1", task="nobody's")
    return book


def ended_by_itself():
    book = honest()
    book.faults.append("balancer ended by itself")
    return book
