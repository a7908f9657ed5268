"""How much is tried."""

from dataclasses import dataclass


@dataclass
class Plan:
    seed: int = 1
    #: Operations at which something happens, in each campaign; all where absent.
    points: int | None = None
    #: Points at which the power is cut; all where absent.
    cut_points: int | None = None
    #: Random states of the disk at each point, besides the systematic ones.
    cuts: int = 8
    #: Whether a power cut leaves anything where nothing was written, instead of zeros.
    stale: bool = False
    #: Sizes of a full disk, about.
    quotas: int = 60
    #: States that rollbacks begin with.
    rollback_starts: int | None = 12
    #: Rollbacks cut off again and again, for each state.
    chains: int = 6
    #: Signals at random moments.
    moments: int = 100
    #: The command is given again after every so many faults.
    repeat_every: int = 5
    #: This worker's number, and how many there are.
    worker: int = 0
    workers: int = 1

    def has(self, index):
        return index % self.workers == self.worker

    def share(self, items):
        """This worker's part."""
        return list(items)[self.worker :: self.workers]


def quick(seed):
    return Plan(seed, points=4, cut_points=5, cuts=1, quotas=3, rollback_starts=1, chains=1, moments=2, repeat_every=3)
