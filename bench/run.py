#!/usr/bin/env python3
"""Side by side: runs each workload in Lisle and in its peers in turn, several rounds, and prints medians.

    cargo build --release
    python3 bench/run.py                       # all workloads, 5 rounds, every peer that is installed
    python3 bench/run.py -r 9 fib loop         # two of them, 9 rounds
    python3 bench/run.py --peers go,node ring  # with these peers only

A program prints `RESULT <workload> <n> <seconds> <operations per second>`, measured inside. For `startup` the whole
process counts; for `parked` the memory that a fiber takes. Machines are noisy: compare ratios of medians of one run.

A peer takes part in the workloads of which there is a program with its extension: .lua Lua 5.4, .go Go, .js Node,
.erl Erlang/OTP.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LISLE = os.environ.get("LISLE_BIN", os.path.join(HERE, "..", "target", "release", "lisle"))
# The workloads, with their sizes.
SIZES = {
    "fib": 32,
    "loop": 30_000_000,
    "bintrees": 15,
    "hashmap": 1_000_000,
    "strbuild": 2_000_000,
    "sort": 1_000_000,
    "pipeline": 300_000,
    "sort": 1_000_000,
    "pipeline": 1_000_000,
    "startup": 1,
    "spawn_join": 100_000,
    "resume": 2_000_000,
    "pingpong": 1_000_000,
    "yield_storm": 1_000_000,
    "timers": 100_000,
    "lateness": 100_000,
    "maplimit": 10_000,
    "queue": 1_000_000,
    "mutex": 100_000,
    "ring": 1_000_000,
    "gencall": 500_000,
    "spawn_exit": 100_000,
    "idle": 100_000,
    "mailbox": 50_000,
    "busy": 1_000,
    "flat": 100_000,
    "chan_threads": 1_000_000,
    "copy": 200,
    "parallel": 38,
    "parked": 100_000,
    "pauses": 512,
}
UNITS = {"lateness": "ms (p99)", "startup": "ms", "parked": "bytes", "idle": "bytes", "mailbox": "ms", "busy": "ms (p99)", "pauses": "us (p99)", "timers": "us CPU", "maplimit": "of ideal", "parallel": "speed-up", "copy": "MB/s"}
PEERS = {"lua": "lua5.4", "go": "go", "node": "node", "erlang": "erl"}
EXTENSIONS = {"lua": ".lua", "go": ".go", "node": ".js", "erlang": ".erl"}

# What the kernel reports of a child's memory includes ours before it became another program, so it is asked from within.
PEAK = '(println (first (filter (fn [l] (string/starts-with? l "VmHWM:")) (string/split (file/read "/proc/self/status") "\\n"))))'


def peak(text):
    """The peak memory in KiB that a program has printed of itself."""
    return next(int(line.split()[-2]) for line in text.splitlines() if "VmHWM:" in line)


def command(peer, name, build):
    """The command that runs a workload, `{n}` standing for its size; None if the peer does not take part."""
    path = os.path.join(HERE, name + EXTENSIONS[peer])
    program = shutil.which(PEERS[peer])
    if program is None or not os.path.exists(path):
        return None
    if peer == "go":
        binary = os.path.join(build, name)
        subprocess.run(["go", "build", "-o", binary, path], check=True)
        return [binary, "{n}"]
    if peer == "erlang":
        subprocess.run(["erlc", "-o", build, path], check=True)
        return [program, "-noshell", "-noinput", "-pa", build, "-eval", f'{name}:main(["{{n}}"]), halt().']
    return [program, path, "{n}"]


def run(command, size):
    """Seconds of the whole process, of its CPU, and what it says itself: seconds, operations a second, remarks."""
    command = [word.replace("{n}", str(size)) for word in command]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    output = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    whole = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{' '.join(command)}: status {status}")
    line = next(line for line in output.splitlines() if line.startswith("RESULT "))
    comments = [line for line in output.splitlines() if line.startswith("#")]
    _, _, _, seconds, rate = line.split()
    return whole, usage.ru_utime + usage.ru_stime, float(seconds), float(rate), comments


def measure(name, size, command):
    """One figure of one run, in nanoseconds an operation unless the workload says otherwise."""
    whole, cpu, seconds, rate, comments = run(command, size)
    remark = " ".join(line for line in comments if "lateness" in line)
    if name == "startup":
        said = subprocess.run([LISLE, "-e", PEAK], stdout=subprocess.PIPE, check=True).stdout.decode()
        return whole * 1e3, f"{peak(said) / 1024:.1f} MB"
    if name in ("parked", "idle"):
        empty = run(command, 0)[-1]
        return (peak("\n".join(comments)) - peak("\n".join(empty))) * 1024 / size, ""
    if name in ("lateness", "mailbox", "busy"):
        return seconds * 1e3, remark
    if name == "pauses":
        return seconds * 1e6, "\n" + "\n".join(comments)
    if name == "timers":
        return cpu * 1e6 / size, remark
    if name == "maplimit":
        # Sleeps of 10 ms, at most 100 at a time.
        return seconds / (size / 100 * 0.01), remark
    if name == "parallel":
        return rate, remark
    if name == "copy":
        return rate / 1e6, remark
    return 1e9 / rate, remark


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=", ".join(SIZES))
    parser.add_argument("-r", "--rounds", type=int, default=5)
    parser.add_argument("-n", "--size", type=int, help="in place of the workload's own")
    parser.add_argument("--peers", default=",".join(PEERS), help="%(default)s; 'none' for Lisle alone")
    options = parser.parse_args()
    chosen = [peer for peer in PEERS if peer in options.peers.split(",")]
    titles = "".join(f"{peer:>12} {'ratio':>6}" for peer in chosen)
    print(f"{'workload':12} {'Lisle':>10} {'unit':10}{titles}")
    with tempfile.TemporaryDirectory() as build:
        for name in options.workloads or SIZES:
            if name not in SIZES:
                parser.error(f"unknown workload {name}")
            path = os.path.join(HERE, name + ".lisp")
            if not os.path.exists(path):
                continue
            size = options.size or SIZES[name]
            commands = {"lisle": [LISLE, path, "{n}"]}
            commands |= {peer: c for peer in chosen if (c := command(peer, name, build))}
            figures, remark = {who: [] for who in commands}, ""
            for _ in range(options.rounds):
                for who, words in commands.items():
                    figure, said = measure(name, size, words)
                    figures[who].append(figure)
                    remark = said if who == "lisle" else remark
            medians = {who: statistics.median(all) for who, all in figures.items()}
            mine = medians["lisle"]
            others = "".join(
                f"{medians[p]:12.1f} {mine / medians[p]:6.2f}" if p in medians else " " * 19 for p in chosen
            )
            print(f"{name:12} {mine:10.2f} {UNITS.get(name, 'ns an op'):10}{others}  {remark}", flush=True)


if __name__ == "__main__":
    main()
