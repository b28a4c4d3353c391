"""Holds what is written in a ledger against the sentences of docs/guarantees.md.

Each rule quotes its sentence, looks at one task, and yields (kind, what is wrong). A rule that cannot know whose fault
something is stays silent: time it measures only where nothing but Penstock can be early.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

FINAL = ("done", "failed", "cancelled", "expired")
EARLY = 0.05  # seconds by which clocks and rounding may differ
RECORDING = 1  # seconds in which a hand-out is on the disk, however busy that is
AHEAD = 5  # seconds for which a hub may have a task before it begins it
DRAINING = 45  # seconds in which a cancel reaches its handler, a restart and the reattach window included


@dataclass
class Wrong:
    kind: str  # lost, doubled, startedAgain, untrue, process
    task: str | None
    what: str


class Book:
    """A ledger, and what follows from it."""

    def __init__(self, ledger):
        self.ledger = ledger
        self.tasks = ledger.tasks
        self.notes = defaultdict(list)
        for note in sorted(ledger.notes, key=lambda note: note.at):
            self.notes[note.task].append(note)
        self.keys = defaultdict(list)
        for task in ledger.tasks.values():
            if task.key:
                self.keys[task.key].append(task)

    def noted(self, task, *what):
        return [note for note in self.notes[task.id] if note.what in what]

    def killed(self, who, begin, end):
        """How many of the balancer's or of the hubs' lives ended between."""
        return sum(kill.who == who and kill.end >= begin and kill.begin <= end for kill in self.ledger.kills)

    def hub_killed(self, pid, before):
        """A worker whose hub was dead before it could look tells another pid: then any hub will do."""
        kills = [kill for kill in self.ledger.kills if kill.who == "hub" and kill.begin <= before]
        return any(kill.pid == pid or pid not in self.ledger.hubs for kill in kills)

    def promised(self, task, begin, end):
        """Whether the task must be there all of that time: at memory, while the balancer lives."""
        return task.level == "disk" or not self.killed("balancer", begin, end)

    def dropped(self, task):
        """Cancel: one that comes after the end lets the result go; one without an answer may have been that."""
        return any(cancel.found not in ("queued", "running") for cancel in task.cancels)


def kept(task, book):
    """Submit: “It survives the loss of workers, of hubs, of the balancer”; “with memory […] a worker or hub crash”."""
    if not task.acked:
        return
    for seen in task.seen:
        if seen.state == "unknown" and seen.sent >= task.acked.answered:
            if book.promised(task, task.acked.sent, seen.answered):
                yield (
                    "lost",
                    f"acknowledged at {task.level}, and not known {seen.answered - task.acked.answered:.1f} s later",
                )
            return
    if not task.ended():
        last = task.seen[-1].state if task.seen else "never seen"
        yield "lost", f"acknowledged at {task.level}, and has not ended: {last}"


def level(task, book):
    """Submit: “a task's own (durability), or else that of the balancer”."""
    told = {seen.level for seen in task.seen if seen.level} - {task.level}
    if told:
        yield "untrue", f"handed in for {task.level}, and told to be at {', '.join(told)}"


def one_end(task, book):
    """Run: “at most one attempt's result is accepted”. Cancel: “at disk a cancel that was answered survives”."""
    ends = sorted(task.ends(), key=lambda seen: seen.answered)
    for first, later in zip(ends, ends[1:]):
        if not _same(first, later, book.dropped(task)) and book.promised(task, first.sent, later.answered):
            yield "doubled", f"two ends were told: {first.end} and {later.end}"
            return
    for seen in task.seen:
        if ends and seen.state not in (*FINAL, "unknown") and seen.sent > ends[0].answered:
            if book.promised(task, ends[0].sent, seen.answered):
                yield "doubled", f"its end was told, {ends[0].end}, and later it was {seen.state}"
                return


def _same(first, later, dropped):
    return first.end == later.end or (dropped and later.nonce == "" and first.end[:2] == later.end[:2])


def one_task(task, book):
    """Resubmit: “the same task id […] is the same task”; “one task per user, task name and key”."""
    for named in set(task.named):
        owner = book.tasks.get(named)
        if named != task.id and (not task.key or owner is None or owner.key != task.key):
            yield "doubled", f"was acknowledged under {named}, which is no id of it or of its key"
    if not task.key or task.level != "disk":
        return
    others = book.keys[task.key]
    named = {named for other in others for named in other.named}
    if len(named) > 1 and task.id == min(named):
        yield "doubled", f"one key, and acknowledged under {len(named)} ids: {', '.join(sorted(named))}"
    if named and task.id not in named:
        for note in book.noted(task, "begin"):
            if not book.killed("balancer", task.sent, note.at):
                yield "doubled", f"its key's task is {', '.join(named)}, and it ran as well"
                return


def once(task, book):
    """At most once: “is not handed out again once its handler may have begun”; “at disk […] across a loss of the balancer”."""
    begun = book.noted(task, "begin")
    if task.once and task.attempts == 1 and task.level == "disk" and len(begun) > 1:
        yield "startedAgain", f"began {len(begun)} times, {begun[1].at - begun[0].at:.2f} s apart"


def repeated(task, book):
    """Pairs of begins of which nothing that happened to a handler or a hub accounts for the second.

    Who had no acknowledgement yet when the balancer was killed was promised nothing.
    """
    if task.level != "disk" or not task.acked:
        return
    ended = {note.nonce: note for note in book.noted(task, "fail", "abort")}
    begun = book.noted(task, "begin")
    for first, second in zip(begun, begun[1:]):
        promised = first.at >= task.acked.answered or not book.killed(
            "balancer", task.sent, task.acked.answered
        )
        failed = first.nonce in ended and ended[first.nonce].at <= second.at
        if promised and not failed and not book.hub_killed(first.hub, second.at):
            yield first, second


def unrecorded(first, second, book):
    """Restarts: “that a task was handed out is recorded, but not waited for”: a kill just then makes it run again.

    A hub that had it may have begun it somewhat later.
    """
    return any(
        kill.who == "balancer"
        and kill.begin - RECORDING <= first.at <= kill.end + AHEAD
        and kill.begin <= second.at
        for kill in book.ledger.kills
    )


def again(task, book):
    """Restarts: “what still runs is not run again, and its outcome counts”; “what they finished meanwhile” as well."""
    for first, second in repeated(task, book):
        if not unrecorded(first, second, book):
            yield (
                "untrue",
                f"attempt {second.attempt} began {second.at - first.at:.2f} s after attempt {first.attempt}, which "
                f"had not failed, and whose hub was not killed, nor the balancer just then",
            )
            return


def true_ends(task, book):
    """Run: “runs until it has ended, by its rules”. Each end must have somebody or something that accounts for it."""
    for seen in task.ends():
        end = {"done": _done, "failed": _failed, "cancelled": _cancelled, "expired": _expired}[seen.state]
        wrong = end(task, book, seen)
        if wrong:
            yield "untrue", wrong
            return


def _done(task, book, seen):
    if seen.nonce == "":
        return None if book.dropped(task) else "is done, and its result is not there"
    result = (task.id, task.body["payload"]["number"])
    if seen.end[3:] != result:
        return f"a result was told of another task: {seen.end}"
    if not any(note.nonce == seen.nonce and note.at <= seen.answered for note in book.noted(task, "done")):
        return f"a result was told that no handler of it gave: {seen.nonce}"
    return None


def _failed(task, book, seen):
    """“The loss of a worker or a hub is counted apart from failures”; “one attempt more until maxAttempts have failed”."""
    since = task.sent
    if seen.cause == "worker-lost":
        if not task.once:
            return "failed as worker-lost, which it did not ask for"
        # A balancer may be killed between the record of a dispatch and its sending: nobody knows whether it began.
        if not book.killed("hub", since, seen.answered) and not book.killed("balancer", since, seen.answered):
            return "failed as worker-lost, and nothing was killed since it was handed in"
        return None
    if seen.cause == "quarantined":
        kills = book.killed("hub", since, seen.answered)
        return None if kills >= 3 else f"quarantined, and {kills} hubs were killed since it was handed in"
    failed = [note for note in book.noted(task, "fail") if note.at <= seen.answered]
    dropped = seen.nonce == "" and book.dropped(task)
    needed = 1 if task.body["payload"]["final"] else task.attempts
    if len(failed) < needed:
        return f"failed ({seen.cause}) after {len(failed)} failures of {needed}"
    if not dropped and seen.nonce not in {note.nonce for note in failed}:
        return f"failed with an error that no handler of it gave: {seen.nonce!r}"
    if seen.failures != needed:
        return f"failed, and {seen.failures} failures are told in place of {needed}"
    return None


def _cancelled(task, book, seen):
    if not any(cancel.sent <= seen.answered for cancel in task.cancels):
        return "cancelled, and nobody asked for that"
    return None


def _expired(task, book, seen):
    limit = task.body.get("deadlineMs")
    if limit is None or seen.cause != "deadline":
        return f"expired ({seen.cause}), and its deadline is {limit}"
    if seen.answered < task.sent + limit / 1000 - EARLY:
        return f"expired {seen.answered - task.sent:.2f} s after it was handed in, before its deadline of {limit} ms"
    return None


def cancelled(task, book):
    """Cancel: “a task that waits is cancelled at once”; “a cancelled task is never queued again by itself, whatever is lost”."""
    for cancel in task.cancels:
        if cancel.found not in ("queued", "running") or not book.promised(task, cancel.sent, float("inf")):
            continue
        begun = book.noted(task, "begin")
        after = [note for note in begun if note.at > cancel.answered]
        before = [note for note in begun if note.at <= cancel.answered]
        states = {seen.state for seen in task.ends()}
        if cancel.found == "queued":
            if after:
                yield (
                    "untrue",
                    f"was cancelled while it waited, and began {after[0].at - cancel.answered:.2f} s later",
                )
            elif states - {"cancelled"}:
                yield "untrue", f"was cancelled while it waited, and is {', '.join(states)}"
            continue
        ended = {
            note.nonce for note in book.noted(task, "fail", "abort", "done") if note.at <= cancel.answered
        }
        lost = before and book.hub_killed(before[-1].hub, cancel.answered)
        if len(after) > 1 or (after and before and before[-1].nonce not in ended and not lost):
            yield (
                "untrue",
                f"was cancelled while it ran, and began again {after[-1].at - cancel.answered:.2f} s later",
            )
        for note in book.noted(task, "done"):
            if note.at > cancel.answered + DRAINING:
                yield (
                    "untrue",
                    f"was cancelled while it ran, and went on for {note.at - cancel.answered:.0f} s to its end",
                )


def delayed(task, book):
    """Delays: “is not dispatched before its time”."""
    delay = task.body.get("delayMs", 0) / 1000
    for note in book.noted(task, "begin"):
        if note.at < task.sent + delay - EARLY:
            yield (
                "untrue",
                f"began {note.at - task.sent:.2f} s after it was handed in, to be delayed for {delay} s",
            )
            return


def refused(task, book):
    """Refusals: “a refused task leaves nothing behind”."""
    if not task.refusals or task.named or task.unanswered or not task.given_up:
        return
    if book.noted(task, "begin"):
        yield "untrue", f"was refused ({task.refusals[0]}), and ran"
    elif any(seen.state != "unknown" for seen in task.seen):
        yield "untrue", f"was refused ({task.refusals[0]}), and is known"


PER_TASK = [kept, level, one_end, one_task, once, again, true_ends, cancelled, delayed, refused]


def conflicts(book):
    """Resubmit: “with another […] payload it is refused (ID_CONFLICT)”, “(KEY_CONFLICT)”; the same one never is."""
    for probe in book.ledger.conflicts:
        allowed = {"ID_CONFLICT": {"ID_CONFLICT"}, "KEY_CONFLICT": {"KEY_CONFLICT"}}.get(
            probe.expected, set()
        )
        if probe.task.key and probe.expected == "ID_CONFLICT":
            allowed = {"ID_CONFLICT", "KEY_CONFLICT"}  # it has both
        if probe.code not in allowed:
            yield Wrong("doubled", probe.task.id, f"handed in again ({probe.expected}): {probe.code}")


def order(book):
    """Order: “higher priority first, then oldest first”; “a restart at disk keeps all ages”."""
    begun = {task: book.notes[task][0].at for task in book.ledger.order if book.notes[task]}
    ran = sorted(begun, key=begun.get)
    expected = [task for task in book.ledger.order if task in begun]
    for position, (wanted, got) in enumerate(zip(expected, ran)):
        if wanted != got:
            yield Wrong("untrue", got, f"began as number {position + 1}, in place of {wanted}")
            return


def reruns(book):
    """Dead tasks: “can be run again under its id”; “attempt numbers go on rising; failures and losses start from none”."""
    for rerun in book.ledger.reruns:
        task, seen = rerun.task, rerun.seen
        if seen.state != "done":
            yield Wrong(
                "untrue", task.id, f"was run again with a payload that does not fail, and is {seen.state}"
            )
        elif rerun.attempt <= rerun.before or seen.failures > 0:
            yield Wrong(
                "untrue",
                task.id,
                f"was run again: attempt {rerun.before}, then {rerun.attempt}, {seen.failures} failures",
            )
        elif seen.nonce not in {note.nonce for note in book.noted(task, "done")}:
            yield Wrong(
                "untrue",
                task.id,
                f"was run again, and a result told that no handler of it gave: {seen.nonce}",
            )


def judge(ledger):
    """All that is wrong."""
    book = Book(ledger)
    wrongs = [
        Wrong(kind, task.id, what)
        for task in ledger.tasks.values()
        for rule in PER_TASK
        for kind, what in rule(task, book)
    ]
    wrongs += [*conflicts(book), *order(book), *reruns(book)]
    wrongs += [
        Wrong("untrue", task, "a handler ran a task that nobody handed in")
        for task in set(book.notes) - set(book.tasks)
    ]
    return wrongs + [Wrong("process", None, fault) for fault in ledger.faults]


def ran_twice(ledger):
    """Tasks whose handler ran again although it had not failed: what “at least once” means, and no wrong by itself."""
    book = Book(ledger)
    failed = {note.nonce for note in ledger.notes if note.what in ("fail", "abort")}
    return sum(
        any(note.nonce not in failed for note in book.noted(task, "begin")[:-1])
        for task in list(book.tasks.values())
    )


def handed_out_again(ledger):
    """Tasks that ran again since the balancer was killed before their hand-out was on the disk."""
    book = Book(ledger)
    return sum(
        any(unrecorded(first, second, book) for first, second in repeated(task, book))
        for task in list(book.tasks.values())
    )
