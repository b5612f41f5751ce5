#!/usr/bin/env python3
"""Side by side: runs each workload in Lisle and in Lua in turn, several rounds, and prints medians.

    cargo build --release
    python3 bench/run.py                   # all workloads, 5 rounds
    python3 bench/run.py -r 9 fib loop     # two of them, 9 rounds

A program prints `RESULT <workload> <n> <seconds> <ops per second>`, measured inside. For `startup` the whole process
counts; for `parked` the memory that a fiber takes. Machines are noisy: compare ratios of medians of one run.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LISLE = os.environ.get("LISLE_BIN", os.path.join(HERE, "..", "target", "release", "lisle"))
SIZES = {
    "fib": 32,
    "loop": 30_000_000,
    "bintrees": 15,
    "hashmap": 1_000_000,
    "strbuild": 2_000_000,
    "startup": 1,
    "spawn_join": 100_000,
    "resume": 2_000_000,
    "parked": 100_000,
    "pauses": 512,
}


# What the kernel reports of a child's memory includes ours before it became another program, so it is asked from within.
PEAK = '(println (first (filter (fn [l] (string/starts-with? l "VmHWM:")) (string/split (file/read "/proc/self/status") "\\n"))))'


def peak(text):
    """The peak memory in KiB that a program has printed of itself."""
    return next(int(line.split()[-2]) for line in text.splitlines() if "VmHWM:" in line)


def run(command):
    """Seconds of the whole process, and what it says itself: seconds, operations a second, remarks."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    output = process.stdout.read().decode()
    status = process.wait()
    whole = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{' '.join(command)}: status {status}")
    line = next(line for line in output.splitlines() if line.startswith("RESULT "))
    comments = [line for line in output.splitlines() if line.startswith("#")]
    _, _, _, seconds, rate = line.split()
    return whole, float(seconds), float(rate), comments


def measure(name, size, command):
    """One figure of one run, in nanoseconds an operation unless the workload says otherwise."""
    whole, seconds, rate, comments = run(command + [str(size)])
    if name == "startup":
        said = subprocess.run([LISLE, "-e", PEAK], stdout=subprocess.PIPE, check=True).stdout.decode()
        return whole * 1e3, f"{peak(said) / 1024:.1f} MB"
    if name == "parked":
        _, _, _, empty = run(command + ["0"])
        return (peak("\n".join(comments)) - peak("\n".join(empty))) * 1024 / size, ""
    if name == "pauses":
        return seconds * 1e6, "\n" + "\n".join(comments)
    return 1e9 / rate, ""


UNITS = {"startup": "ms", "parked": "bytes", "pauses": "us (p99)"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=", ".join(SIZES))
    parser.add_argument("-r", "--rounds", type=int, default=5)
    parser.add_argument("--lua", default="lua5.4", help="the peer's program; 'none' to leave it out")
    options = parser.parse_args()
    print(f"{'workload':12} {'Lisle':>10} {'Lua':>10}  unit        ratio")
    for name in options.workloads or SIZES:
        if name not in SIZES:
            parser.error(f"unknown workload {name}")
        lisle = [LISLE, os.path.join(HERE, name + ".lisp")]
        lua = [options.lua, os.path.join(HERE, name + ".lua")]
        with_lua = options.lua != "none" and os.path.exists(lua[1])
        ours, theirs, remark = [], [], ""
        for _ in range(options.rounds):
            figure, remark = measure(name, SIZES[name], lisle)
            ours.append(figure)
            if with_lua:
                theirs.append(measure(name, SIZES[name], lua)[0])
        mine = statistics.median(ours)
        unit = UNITS.get(name, "ns an op")
        if theirs:
            other = statistics.median(theirs)
            print(f"{name:12} {mine:10.1f} {other:10.1f}  {unit:10} {mine / other:6.2f}  {remark}")
        else:
            print(f"{name:12} {mine:10.1f} {'':10}  {unit:10} {'':6}  {remark}")


if __name__ == "__main__":
    main()
