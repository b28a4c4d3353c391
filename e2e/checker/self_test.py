"""Lets the judge look at ledgers made by hand: it must find each lie, and nothing in honest ones."""

import sys

import lies
from judge import judge

HONEST = [
    lies.honest,
    lies.honest_losses,
    lies.honest_memory,
    lies.honest_unacknowledged,
    lies.honest_key,
    lies.honest_drop,
    lies.honest_unrecorded,
]
LIES = {
    "lost": [lies.lost_unknown, lies.lost_unfinished, lies.lost_from_memory],
    "doubled": [
        lies.two_results,
        lies.end_that_did_not_last,
        lies.two_ids_of_a_key,
        lies.ran_under_both_ids,
        lies.foreign_id,
        lies.conflict_taken,
        lies.same_refused,
    ],
    "startedAgain": [lies.started_again],
    "untrue": [
        lies.another_level,
        lies.again_without_loss,
        lies.again_after_another_hub,
        lies.invented_result,
        lies.result_gone,
        lies.result_of_another,
        lies.failed_too_soon,
        lies.lost_for_nothing,
        lies.lost_unasked,
        lies.quarantined_for_one_loss,
        lies.cancelled_unasked,
        lies.expired_early,
        lies.expired_for_nothing,
        lies.ran_after_cancel,
        lies.cancel_forgotten,
        lies.queued_again_after_cancel,
        lies.cancel_that_never_came,
        lies.began_early,
        lies.refused_and_ran,
        lies.refused_and_known,
        lies.wrong_order,
        lies.rerun_with_its_old_number,
        lies.nobodys_task,
    ],
    "process": [lies.ended_by_itself],
}


def self_test():
    """Prints what the judge missed or made up; the exit code says whether that was anything."""
    cases = [(None, make) for make in HONEST] + [
        (kind, make) for kind, makes in LIES.items() for make in makes
    ]
    mistakes = 0
    for expected, make in cases:
        found = judge(make())
        if {wrong.kind for wrong in found} != ({expected} if expected else set()):
            mistakes += 1
            told = [(wrong.kind, wrong.what) for wrong in found]
            print(f"{make.__name__}: expected {expected}, found {told}", file=sys.stderr)
    print(f"{len(HONEST)} honest ledgers, {len(cases) - len(HONEST)} lies, {mistakes} mistakes of the judge")
    return 1 if mistakes else 0
