"""One scenario, made ready: what it leaves when nothing goes wrong, and what is right after something did."""

import hashlib
import os
from dataclasses import dataclass

import disk
from inspection import Contents, Expectation

JOURNAL = ".journal"
#: Commands that roll a file back when they open it.
OPENERS = [["recover"], ["info"], ["recover"], ["validate"], ["recover"], ["verify", "-q"]]


@dataclass
class Verdict:
    """What was found after a fault."""

    #: "rolled back", "whole", "between" (a commit before the last), "apart" (whole by inspection, in other bytes)
    state: str
    #: Whether a journal lay beside the file.
    had_journal: bool = False
    problems: tuple = ()
    #: Files that are no target and were not there before.
    leftovers: tuple = ()
    note: str = ""


class Trial:
    """A scenario in a folder of its own."""

    def __init__(self, scenario, layer):
        self.scenario, self.layer = scenario, layer
        self.inspected = {}
        self.opened = 0
        disk.write_folder(layer.folder, {})
        scenario.prepare(layer.folder, layer.prepare)
        for name in disk.listing(layer.folder):
            if name.endswith(".lock"):
                os.unlink(os.path.join(layer.folder, name))
        self.before = disk.read_folder(layer.folder)
        disk.write_folder(layer.folder, self.before)
        self.inodes = {name: os.stat(os.path.join(layer.folder, name)).st_ino for name in self.before}
        self.clean = layer.run(scenario.command, traced=True)
        self.operations = self.clean.operations
        if self.clean.code != 0:
            return
        self.after = disk.read_folder(layer.folder)
        self.targets = scenario.targets + [
            name for name in self.after if name not in self.before and name not in scenario.targets and not name.endswith(".lock")
        ]
        self.expectations = {
            target: Expectation(self.contents(self.before.get(target)), self.contents(self.after.get(target)), scenario.maps)
            for target in scenario.targets
        }
        self.find_commits()
        self.wrong_commits = [
            f"{target}, commit {number}: {problem}"
            for target in scenario.targets
            for number, (_, content) in enumerate(self.commits[target])
            if content is not None
            for problem in self.inspect(target, content)
        ] + [f"the command does not change {target}" for target in scenario.targets if self.after.get(target) == self.before.get(target)]

    def contents(self, content):
        if content is None:
            return None
        path = self.layer.folder + ".inspected"
        with open(path, "wb") as file:
            file.write(content)
        return Contents(path)

    def find_commits(self):
        """The states that each target passes through, each with the number of the operation that made it so.

        A journal that goes makes what is in the file the committed state; so does a file that takes the target's place.
        """
        follower = self.follow()
        self.commits = {target: [(0, self.before.get(target))] for target in self.targets}
        self.durable_from = {target: [0] for target in self.targets}
        for operation in self.operations:
            follower.do(operation)
            for target in self.targets:
                path = os.path.join(self.layer.folder, target)
                states, durable = self.commits[target], self.durable_from[target]
                commits = (
                    (operation.kind == "unlink" and operation.path in (path, path + JOURNAL))
                    or (operation.kind in ("rename", "link") and operation.other == path)
                ) and operation.result >= 0  # fmt: skip
                if commits:
                    inode = follower.names.get(target)
                    states.append((operation.number, None if inode is None else bytes(inode.current)))
                elif operation.kind == "truncate" and operation.path == path and operation.result >= 0:
                    # What is cut off after a commit are bytes after the end that HDF5 knows.
                    at, committed = states[-1]
                    left = bytes(follower.names[target].current)
                    if committed is not None and committed.startswith(left):
                        states[-1] = (at, left)
                elif operation.kind == "sync folder" and operation.result >= 0 and len(durable) < len(states):
                    durable += [operation.number] * (len(states) - len(durable))
        for target in self.targets:
            final, states = self.after.get(target), self.commits[target]
            at, last = states[-1]
            if last is not None and final is not None and last.startswith(final):
                states[-1] = (at, final)
            elif last != final:
                states.append((len(self.operations), final))

    def follow(self):
        """The disk as it was before the command, for following it."""
        return disk.Disk(self.layer.folder, self.before, self.inodes)

    def visible(self, target, number):
        """The commit that holds after this many operations."""
        return max(index for index, (at, _) in enumerate(self.commits[target]) if at <= number)

    def durable(self, target, number):
        """The last commit that no power cut after this many operations may take back."""
        if number >= len(self.operations):
            return len(self.commits[target]) - 1
        return max(index for index, at in enumerate(self.durable_from[target]) if at <= number)

    def keeps(self, target, number):
        """Whether the file has anything to lose after this many operations."""
        if self.scenario.takes_back:
            return self.before.get(target) is not None
        content = self.commits[target][self.durable(target, number)][1]
        return target not in self.expectations or content == self.before.get(target) or bool(self.contents(content).digests)

    def reset(self, files=None):
        disk.write_folder(self.layer.folder, self.before if files is None else files)

    def inspect(self, target, content):
        """What is wrong with a file, by h5py, lamella verify and lamella validate.

        Of a file of another kind each committed state is right, and no other.
        """
        if target not in self.expectations:
            known = any(content == state for _, state in self.commits[target])
            # Without the layer there are other dates in it.
            alike = content.count(b"\n") == self.after[target].count(b"\n") and content[-2:] == self.after[target][-2:]
            return [] if known or alike else ["its content is none that was put into place"]
        key = target, hashlib.sha256(content).digest()
        if key not in self.inspected:
            self.inspected[key] = self.find_problems(target, content)
        return self.inspected[key]

    def find_problems(self, target, content):
        path = self.layer.folder + ".inspected"
        with open(path, "wb") as file:
            file.write(content)
        try:
            found = Contents(path)
        except Exception as error:  # h5py raises all kinds of them on damaged files.
            return [f"h5py cannot read it: {error}".splitlines()[0]]
        problems = self.expectations[target].problems(found)
        if content == self.before.get(target) and not found.is_ours:
            return problems
        for verb in ("verify", "validate"):
            run = self.layer.run([verb, path], plain=True)
            if run.code != 0:
                problems.append(f"lamella {verb} ends with {run.code}: {run.first_line}")
        return problems

    def judge(self, allowed=None, lenient=False):
        """Looks at what a fault left.

        Args:
            allowed: target → numbers of the commits it may be in; any of them where absent.
            lenient: whether another state will do when it holds all that was committed.
        """
        problems, states, notes = [], [], []
        had_journal = False
        left = disk.read_folder(self.layer.folder)
        strangers = tuple(
            name for name in left
            if name not in self.before and name not in self.after and not name.endswith((".lock", JOURNAL))
        )  # fmt: skip
        for target in self.targets:
            states_of_target = self.commits[target]
            may_be = range(len(states_of_target)) if allowed is None else allowed[target]
            content = left.get(target)
            journal = target + JOURNAL in left
            had_journal |= journal
            if journal and content is not None:
                content = self.recover(target, problems)
            elif journal:
                notes.append(f"{target} is not there and its journal is")
            number = self.number_of(target, content)
            if number is None and content is not None:
                wrong = self.inspect(target, content)
                if lenient and not wrong:
                    states.append("apart")
                    continue
                number = self.number_of(target, content, tail=True)
                if number is not None and not wrong:
                    notes.append("bytes after the end")
                elif wrong:
                    problems += [f"{target}: {problem}" for problem in wrong]
                    continue
            if number is None:
                problems.append(f"{target} is " + ("not there" if content is None else "in no state that was committed"))
            elif number not in may_be:
                problems.append(f"{target} is in commit {number} of {len(states_of_target) - 1}, not in {list(may_be)}")
            else:
                last = len(states_of_target) - 1
                states.append("whole" if number == last else "rolled back" if number == 0 else "between")
        for name, content in self.before.items():
            if name not in self.scenario.targets and left.get(name) != content:
                problems.append(f"{name}, which the command only reads, has changed")
        state = "failure" if problems or not states else max(states, key=["rolled back", "between", "apart", "whole"].index)
        return Verdict(state, had_journal, tuple(problems), strangers, "; ".join(sorted(set(notes))))

    def number_of(self, target, content, tail=False):
        """Which commit a content is; the latest where several have it, or have it but for bytes after the end."""
        states = [state for _, state in self.commits[target]]
        for number in reversed(range(len(states))):
            if content == states[number]:
                return number
        for number in reversed(range(len(states))) if tail and content is not None else ():
            if states[number] is not None and content.startswith(states[number]):
                return number
        return None

    def recover(self, target, problems):
        """Has the file rolled back by one command or another; its content then."""
        verb, *options = OPENERS[self.opened % len(OPENERS)]
        self.opened += 1
        run = self.layer.run([verb, target, *options], plain=True)
        path = os.path.join(self.layer.folder, target)
        if run.code != 0:
            problems.append(f"lamella {verb} {target} ends with {run.code}: {run.first_line}")
        if os.path.exists(path + JOURNAL):
            problems.append(f"lamella {verb} leaves the journal")
        with open(path, "rb") as file:
            return file.read()

    def is_done(self, target, content):
        """Whether a target holds all that the command makes."""
        if content is None:
            return False
        if self.number_of(target, content, tail=True) == len(self.commits[target]) - 1:
            return True
        if content == self.before.get(target):
            return False
        if target not in self.expectations:
            return not self.inspect(target, content)
        found, after = self.contents(content), self.expectations[target].after
        return set(found.digests) == set(after.digests) and not found.unfinished

    def repeat(self):
        """Runs the command again after a fault: what is wrong then."""
        states = {}
        for target in self.targets:
            path = os.path.join(self.layer.folder, target)
            states[target] = open(path, "rb").read() if os.path.exists(path) else None
        if all(self.is_done(target, content) for target, content in states.items()):
            return []
        run = self.layer.run(self.scenario.command)
        if run.code == 4 and "there is a map of that name already" in run.output and len(self.scenario.maps) > 1:
            # Of several maps those that are there are refused, as at any other time.
            return []
        if run.code != 0:
            return [f"the command, given again, ends with {run.code}: {run.first_line}"]
        left = disk.read_folder(self.layer.folder)
        problems = [f"{name} is left" for name in left if name not in self.after and not name.endswith(".lock")]
        for target in self.targets:
            if target not in left:
                problems.append(f"the command, given again, leaves no {target}")
                continue
            if target not in self.expectations:
                continue
            wrong = self.inspect(target, left[target])
            found = self.contents(left[target])
            missing = set(self.expectations[target].after.digests) - set(found.digests) if not wrong else ()
            problems += [f"the command, given again: {problem}" for problem in wrong]
            problems += [f"the command, given again, leaves no {path}" for path in sorted(missing)]
        return problems
