"""Runs commands, with the layer of faults.c between them and the system where it is asked for."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass

import records

HERE = os.path.dirname(os.path.abspath(__file__))
LIBRARY = os.path.join(HERE, ".build", "faults.so")
#: Seconds that the calendar clock goes on each time a program reads it.
CLOCK = "3"
#: Seconds after which a command counts as hung.
PATIENCE = 120


@dataclass
class Run:
    """How a command ended."""

    code: int
    output: str
    seconds: float
    operations: list
    #: Whether it ran without the layer, so that its bytes are not those of other runs.
    plain: bool = False

    @property
    def was_killed(self):
        return self.code == -signal.SIGKILL

    @property
    def first_line(self):
        return self.output.strip().splitlines()[0] if self.output.strip() else ""


class Layer:
    """A folder to run commands in."""

    def __init__(self, lamella, folder):
        self.lamella = os.path.realpath(lamella)
        self.folder = os.path.realpath(folder)
        os.makedirs(self.folder, exist_ok=True)
        self.trace = self.folder + ".trace"

    def environment(self, fault=None, at=0, quota=None, traced=False, plain=False):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("FAULTS_")}
        # One thread is enough for small files, and libraries begin faster with it.
        environment["OPENBLAS_NUM_THREADS"] = environment["OMP_NUM_THREADS"] = "1"
        environment["SWIFT_BACKTRACE"] = "enable=no"
        if plain:
            return environment
        environment |= {"LD_PRELOAD": LIBRARY, "FAULTS_FOLDER": self.folder, "FAULTS_CLOCK": CLOCK}
        if fault:
            environment |= {"FAULTS_DO": fault, "FAULTS_AT": str(at)}
        if quota is not None:
            environment["FAULTS_QUOTA"] = str(quota)
        if traced:
            environment["FAULTS_TRACE"] = self.trace
        return environment

    def run(self, words, fault=None, at=0, quota=None, traced=False, plain=False, stop=None):
        """Runs lamella to its end.

        Args:
            plain: without the layer.
            stop: a signal and the seconds after which it is sent.
        """
        start = time.monotonic()
        process = subprocess.Popen(
            [self.lamella, *words], cwd=self.folder, env=self.environment(fault, at, quota, traced, plain),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        try:
            if stop:
                try:
                    output, errors = process.communicate(timeout=stop[1])
                except subprocess.TimeoutExpired:
                    process.send_signal(stop[0])
                    output, errors = process.communicate(timeout=PATIENCE)
            else:
                output, errors = process.communicate(timeout=PATIENCE)
            code = process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            output, errors = process.communicate()
            code = None
        text = (errors or output).decode(errors="replace")
        operations = records.read(self.trace) if traced else []
        return Run(code, text, time.monotonic() - start, operations, plain)

    def prepare(self, words, may_fail=False):
        run = self.run(words)
        if run.code != 0 and not may_fail:
            raise RuntimeError(f"lamella {' '.join(words)}\n{run.output}")
