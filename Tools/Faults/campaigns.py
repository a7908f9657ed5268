"""What is done to a trial: each campaign yields (what was done, verdict)."""

import hashlib
import os
import signal
import subprocess
from random import Random

import disk
from trial import JOURNAL, Verdict

KILLS = ["kill-before", "kill-middle", "kill-after"]
ERRORS = ["eio", "enospc", "eio-from", "enospc-from"]
STOPS = ["term", "int"]
#: What the program may end with: done, input or output error.
EXITS = {0, 3, 4}


def spread(items, most):
    """At most so many of the items, evenly spread, the first and the last among them."""
    items = list(items)
    if most is None or len(items) <= most:
        return items
    if most == 1:
        return items[-1:]
    return [items[round(index * (len(items) - 1) / (most - 1))] for index in range(most)]


def kills(trial, plan):
    """SIGKILL at each operation: exactly the last commit is there after."""
    places = [
        (fault, operation.number)
        for operation in trial.operations
        for fault in KILLS
        if fault != "kill-middle" or (operation.kind == "write" and len(operation.data) > 1)
    ]
    # Each place but the last is after one operation and before the next: both are tried where all are.
    for index, (fault, at) in enumerate(spread(plan.share(places), plan.points)):
        trial.reset()
        run = trial.layer.run(trial.scenario.command, fault, at)
        done = at if fault == "kill-after" else at - 1
        allowed = {target: [trial.visible(target, done)] for target in trial.targets}
        verdict = trial.judge(allowed)
        problems = list(verdict.problems)
        if not run.was_killed:
            problems.append(f"it was not killed, it ended with {run.code}: {run.first_line}")
        if not problems and index % plan.repeat_every == 0:
            problems += trial.repeat()
        yield f"{fault} {at}", with_problems(verdict, problems)


def errors(trial, plan):
    """An operation fails, once or from then on."""
    places = [(fault, operation.number) for operation in trial.operations for fault in [*ERRORS, "short", *STOPS]]
    for index, (fault, at) in enumerate(spread(plan.share(places), plan.points)):
        if fault == "short" and trial.operations[at - 1].kind != "write":
            continue
        trial.reset()
        run = trial.layer.run(trial.scenario.command, fault, at)
        yield f"{fault} {at}", after_error(trial, run, fault in STOPS, fault == "short", index % plan.repeat_every == 0)


def after_error(trial, run, is_stop=False, must_succeed=False, repeats=True):
    exits = {0, 130} if is_stop else {0} if must_succeed else EXITS
    allowed = None
    if run.code == 0 and not run.plain:
        allowed = {target: [len(trial.commits[target]) - 1] for target in trial.targets}
    left = disk.listing(trial.layer.folder)
    verdict = trial.judge(allowed, lenient=run.code != 0 or run.plain)
    problems = list(verdict.problems)
    if run.code == 0 and verdict.state == "rolled back":
        problems.append("it ended with 0 and did nothing")
    if run.code not in exits:
        problems.append("it hung" if run.code is None else f"it ended with {run.code}: {run.first_line}")
    if is_stop and any(name.endswith(JOURNAL) for name in left):
        problems.append("a journal is left after a stop")
    if not problems and repeats:
        problems += trial.repeat()
    if run.code == 3:
        verdict.note = "; ".join(filter(None, [verdict.note, "the error is told as one of the input"]))
    return with_problems(verdict, problems)


def peak_bytes(trial):
    """The most that the files hold while the command runs, and what they hold before."""
    used = sum(map(len, trial.before.values()))
    follower = trial.follow()
    peak = used
    for operation in trial.operations:
        follower.do(operation)
        peak = max(peak, sum(len(inode.current) for inode in follower.names.values()))
    return used, peak


def full_disk(trial, plan):
    """The folder may hold so many bytes and no more; a rollback must do within them."""
    used, peak = peak_bytes(trial)
    quotas = [*range(used, peak, max(1, (peak - used) // plan.quotas)), peak + 4096]
    for index, quota in enumerate(plan.share(quotas)):
        trial.reset()
        run = trial.layer.run(trial.scenario.command, quota=quota)
        yield f"quota {quota}", after_full(trial, plan, index, run, lambda words: trial.layer.run(words, quota=quota))


def after_full(trial, plan, index, run, run_there):
    problems = []
    for target in trial.targets:
        if os.path.exists(os.path.join(trial.layer.folder, target + JOURNAL)):
            rollback = run_there(["recover", target])
            if rollback.code != 0:
                problems.append(f"no rollback on the full disk: {rollback.first_line}")
    verdict = after_error(trial, run, repeats=index % plan.repeat_every == 0)
    return with_problems(verdict, problems + list(verdict.problems))


def full_mount(trial, plan):
    """A real file system of a few pages, and the program as it is; needs the right to mount."""
    if os.geteuid() != 0 or plan.worker != 0 or not plan.quotas:
        return
    folder = trial.layer.folder

    def mount(*words):
        return subprocess.run(["mount", *words], capture_output=True).returncode == 0

    if not mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", folder):
        return
    try:
        used, peak = peak_bytes(trial)
        first, last = used // 4096, peak // 4096 + 8
        for index, pages in enumerate(range(first, last, max(1, (last - first) // plan.quotas))):
            mount("-o", "remount,size=64m", folder)
            trial.reset()
            # Fails where what is there already takes more.
            if not mount("-o", f"remount,size={pages * 4096}", folder):
                continue
            run = trial.layer.run(trial.scenario.command, plain=True)
            verdict = after_full(trial, plan, 1, run, lambda words: trial.layer.run(words, plain=True))
            yield f"a disk of {pages} pages", verdict
    finally:
        subprocess.run(["umount", folder], check=True)


def power_cuts(trial, plan):
    """The states of the disk that a power cut after each operation could leave."""
    known = {}
    follower = trial.follow()
    points = set(spread(range(len(trial.operations) + 1), plan.cut_points))
    for number in range(len(trial.operations) + 1):
        if number:
            follower.do(trial.operations[number - 1])
        if number not in points or not plan.has(number):
            continue
        allowed = {
            target: list(range(trial.durable(target, number), trial.visible(target, number) + 1))
            for target in trial.targets
        }
        modes = ["none"] if follower.is_durable else disk.MODES + ["random"] * plan.cuts
        for turn, mode in enumerate(modes):
            random = Random(f"{plan.seed} {number} {turn}")
            files = follower.cut(random, mode, plan.stale)
            key = state_key(files), tuple(map(tuple, allowed.values()))
            if key not in known:
                trial.reset(files)
                known[key] = trial.judge(allowed)
            yield f"power cut after {number}, {mode}, turn {turn}", known[key]


def state_key(files):
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        if not name.endswith(".lock"):
            digest.update(f"{name} {len(content)} ".encode() + content)
    return digest.digest()


def rollbacks(trial, plan):
    """A rollback that is cut off, at each of its operations and by a power cut, and then done again."""
    for target in trial.targets:
        starts = []
        follower = trial.follow()
        for operation in trial.operations:
            follower.do(operation)
            files = follower.files()
            if target + JOURNAL in files and target in files and len(files[target + JOURNAL]) > 64:
                starts.append((operation.number, files))
        for number, files in spread(plan.share(starts), plan.rollback_starts):
            expected = {other: [trial.visible(other, number)] for other in trial.targets}
            yield from cut_rollback(trial, plan, target, number, files, expected)


def cut_rollback(trial, plan, target, number, files, expected):
    trial.reset(files)
    before = disk.Disk.of(trial.layer.folder)
    clean = trial.layer.run(["recover", target], traced=True)
    if clean.code != 0:
        yield f"rollback of {number}", Verdict("failure", True, (f"it ended with {clean.code}: {clean.first_line}",))
        return
    places = [
        (fault, operation.number)
        for operation in clean.operations
        for fault in [*KILLS, *ERRORS, "short", *STOPS]
        if fault not in ("kill-middle", "short") or operation.kind == "write"
    ]
    for fault, at in spread(places, plan.points):
        trial.reset(files)
        run = trial.layer.run(["recover", target], fault, at)
        problems = []
        if fault in KILLS and not run.was_killed:
            problems.append(f"it was not killed, it ended with {run.code}")
        if fault not in KILLS and run.code not in (0, 1, 3, 4, 130):
            problems.append(f"the rollback ended with {run.code}: {run.first_line}")
        verdict = trial.judge(expected)
        yield f"rollback of {number}: {fault} {at}", with_problems(verdict, problems + list(verdict.problems))
    # Cut off again and again, each time somewhere else.
    for turn in range(plan.chains):
        random = Random(f"{plan.seed} {number} {turn}")
        trial.reset(files)
        for _ in range(random.randint(2, 5)):
            trial.layer.run(["recover", target], random.choice(KILLS), random.randint(1, max(1, len(clean.operations))))
        yield f"rollback of {number}: chain {turn}", trial.judge(expected)
    known = {}
    for at in spread(range(len(clean.operations) + 1), plan.cut_points):
        follower = disk.Disk(trial.layer.folder, files, numbers(before))
        for operation in clean.operations[:at]:
            follower.do(operation)
        for turn, mode in enumerate(["none"] if follower.is_durable else disk.MODES + ["random"] * plan.cuts):
            cut = follower.cut(Random(f"{plan.seed} {number} {at} {turn}"), mode, plan.stale)
            key = state_key(cut)
            if key not in known:
                trial.reset(cut)
                known[key] = trial.judge(expected)
            yield f"rollback of {number}: power cut after {at}, {mode}, turn {turn}", known[key]


def numbers(before):
    inode_numbers = {id(inode): number for number, inode in before.by_number.items()}
    return {name: inode_numbers[id(inode)] for name, inode in before.names.items()}


def power_cuts_after_errors(trial, plan):
    """A sync fails, the program goes on as it does, and then the power is cut: what the sync should have written may be lost."""
    syncs = [operation.number for operation in trial.operations if operation.kind.startswith("sync")]
    for at in spread(plan.share(syncs), plan.points):
        trial.reset()
        start = disk.Disk.of(trial.layer.folder)
        run = trial.layer.run(trial.scenario.command, "eio", at, traced=True)
        follower = disk.Disk(trial.layer.folder, trial.before, numbers(start))
        for operation in run.operations:
            follower.do(operation)
        # A new file without a map in it is removed when the command fails.
        target_states = {
            target: list(range(trial.durable(target, at - 1) if trial.keeps(target, at - 1) else 0, len(trial.commits[target])))
            for target in trial.commits
        }
        if run.code == 0:
            target_states = {target: states[-1:] for target, states in target_states.items()}
        for turn, mode in enumerate(disk.MODES + ["random"] * plan.cuts):
            files = follower.cut(Random(f"{plan.seed} {at} {turn}"), mode, plan.stale)
            trial.reset(files)
            yield f"sync {at} fails, then power cut, {mode}, turn {turn}", trial.judge(target_states, lenient=run.code != 0)


def random_moments(trial, plan):
    """Signals at random moments, to the program as it is, without the layer."""
    seconds = []
    for _ in range(3):
        trial.reset()
        seconds.append(trial.layer.run(trial.scenario.command, plain=True).seconds)
    duration = sorted(seconds)[1]
    for turn in range(plan.moments):
        random = Random(f"{plan.seed} {trial.scenario.name} {turn}")
        number = random.choice([signal.SIGKILL] * 3 + [signal.SIGTERM, signal.SIGINT])
        after = random.random() * duration * 1.05
        trial.reset()
        run = trial.layer.run(trial.scenario.command, plain=True, stop=(number, after))
        left = disk.listing(trial.layer.folder)
        verdict = trial.judge(lenient=True)
        problems = list(verdict.problems)
        # Before the program listens, a signal ends it as it ends any other.
        early = run.code == -number and verdict.state == "rolled back"
        if number != signal.SIGKILL and run.code not in (0, 130) and not early:
            problems.append(f"it ended with {run.code}: {run.first_line}")
        if number != signal.SIGKILL and any(name.endswith(JOURNAL) for name in left):
            problems.append("a journal is left after a stop")
        if not problems and turn % plan.repeat_every == 0:
            problems += trial.repeat()
        yield f"{number.name} after {after:.4f} s", with_problems(verdict, problems)


def needless_syncs(trial, plan):
    """Each sync of the command left out of what is followed: a power cut must then do harm, else nothing shows the sync's use.

    This puts the other campaign to the test: one that finds nothing would find nothing here either.
    """
    syncs = [operation.number for operation in trial.operations if operation.kind.startswith("sync")]
    for left_out in plan.share(syncs):
        follower = trial.follow()
        harm = None
        known = set()
        for number in range(len(trial.operations) + 1):
            if number and number != left_out:
                follower.do(trial.operations[number - 1])
            if number < left_out or harm:
                continue
            allowed = {
                target: list(range(trial.durable(target, number), trial.visible(target, number) + 1)) for target in trial.targets
            }
            for turn, mode in enumerate(disk.MODES + ["random"] * plan.cuts):
                files = follower.cut(Random(f"{plan.seed} {number} {turn}"), mode, plan.stale)
                key = state_key(files), tuple(map(tuple, allowed.values()))
                if key in known:
                    continue
                known.add(key)
                trial.reset(files)
                verdict = trial.judge(allowed)
                if verdict.problems:
                    harm = f"after {number}, {mode}: {verdict.problems[0]}"
                    break
        yield f"without {trial.operations[left_out - 1]}", Verdict(
            "needed" if harm else "not shown", note=f"a sync that is {'needed' if harm else 'not shown to be needed'}"
        )


def with_problems(verdict, problems):
    return Verdict("failure" if problems else verdict.state, verdict.had_journal, tuple(problems), verdict.leftovers, verdict.note)


CAMPAIGNS = {
    "kill": kills,
    "error": errors,
    "full": full_disk,
    "full-mount": full_mount,
    "power": power_cuts,
    "power-after-error": power_cuts_after_errors,
    "rollback": rollbacks,
    "moments": random_moments,
    "needless": needless_syncs,
}
