#!/usr/bin/env python3
"""Network figures, side by side in one run: Lisle, Go with one processor, and Node where they are installed.

    cargo build --release
    python3 bench/net/run.py                   # all of it, 3 rounds
    python3 bench/net/run.py -r 5 echo idle    # parts of it

echo   64-byte messages over 1, 50, 1,000 and 10,000 connections: requests a second, p50 and p99, and the CPU time of the
       server for each request. The load generator keeps one request under way on each connection, so that beyond a few
       connections the server is saturated, and CPU time is the figure to compare.
idle   memory of the server with 10,000 connections that have echoed once and are idle
bulk   1 GiB through one connection, both ends in one process, every byte checked
lines  a file of 1 GiB read by lines; against Python
"""

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LISLE = os.environ.get("LISLE_BIN", os.path.join(HERE, "..", "..", "target", "release", "lisle"))
TICK = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def cpu_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def memory_kib(pid, key="VmRSS"):
    return next(int(l.split()[1]) for l in open(f"/proc/{pid}/status") if l.startswith(key))


class Server:
    def __init__(self, command, env=None):
        self.port = free_port()
        self.process = subprocess.Popen(
            command + [str(self.port)], stdout=subprocess.PIPE, env={**os.environ, **(env or {})}
        )
        if b"READY" not in self.process.stdout.readline():
            sys.exit(f"{command}: does not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def servers(build):
    found = {"lisle": ([LISLE, os.path.join(HERE, "tcp_echo.lisp")], {})}
    if shutil.which("go"):
        binary = os.path.join(build, "echo_go")
        subprocess.run(["go", "build", "-o", binary, os.path.join(HERE, "tcp_echo.go")], check=True)
        found["go"] = ([binary], {"GOMAXPROCS": "1"})
    if shutil.which("node"):
        found["node"] = (["node", os.path.join(HERE, "tcp_echo.js")], {})
    return found


def echo(build, rounds):
    peers = servers(build)
    for connections, total in [(1, 30_000), (50, 200_000), (1_000, 200_000), (10_000, 200_000)]:
        results = {name: [] for name in peers}
        for round in range(rounds):
            names = list(peers)
            for name in names[round % len(names):] + names[:round % len(names)]:
                with Server(*peers[name]) as server:
                    before = cpu_seconds(server.process.pid)
                    load = [os.path.join(build, "tcpload"), str(server.port), str(connections), str(total)]
                    line = subprocess.run(load, stdout=subprocess.PIPE, check=True).stdout.decode().split()
                    spent = cpu_seconds(server.process.pid) - before
                    done, rate, p50, p99, errors = int(line[2]), float(line[4]), int(line[5]), int(line[6]), line[-1]
                    results[name].append((rate, p50, p99, spent / max(done, 1) * 1e6, int(errors), done))
        for name, runs in results.items():
            rate, p50, p99, cpu, errors, done = (statistics.median(column) for column in zip(*runs))
            print(f"echo {connections:6} {name:6} {rate:9.0f}/s  p50 {p50:7.0f} us  p99 {p99:7.0f} us  "
                  f"cpu {cpu:5.2f} us/request  errors {errors:.0f}  of {done:.0f}", flush=True)


def idle(build, _rounds):
    for name, command in servers(build).items():
        with Server(*command) as server:
            pid = server.process.pid
            base = memory_kib(pid)
            sockets = []
            for _ in range(10_000):
                s = socket.create_connection(("127.0.0.1", server.port))
                s.sendall(b"x" * 64)
                sockets.append(s)
            for s in sockets:
                got = 0
                while got < 64:
                    got += len(s.recv(64 - got))
            time.sleep(0.5)
            print(f"idle  10000 {name:6} {memory_kib(pid) / 1024:6.1f} MiB in all, {base / 1024:.1f} MiB without", flush=True)


def bulk(_build, rounds):
    runs = []
    for _ in range(rounds):
        out = subprocess.run([LISLE, os.path.join(HERE, "bulk.lisp"), "1024"], stdout=subprocess.PIPE, check=True).stdout
        runs.append(float(out.decode().split()[-1]))
    print(f"bulk  1 GiB lisle {statistics.median(runs) / 1e6:.0f} MB/s", flush=True)


PYTHON_LINES = """
import sys, time
start = time.perf_counter()
count = characters = 0
for line in open(sys.argv[1], encoding="utf-8"):
    count += 1
    characters += len(line) - 1
print(time.perf_counter() - start)
"""


def lines(build, rounds):
    path = os.path.join(build, "lines.txt")
    block = "".join(f"{i} {'the quick brown fox jumps over the lazy dog ' * (1 + i % 2)}\n" for i in range(10_000))
    with open(path, "w") as f:
        for _ in range((1 << 30) // len(block)):
            f.write(block)
    ours, theirs = [], []
    for _ in range(rounds):
        out = subprocess.run([LISLE, os.path.join(HERE, "lines.lisp"), path], stdout=subprocess.PIPE, check=True).stdout
        ours.append(float(out.decode().split()[-2]))
        out = subprocess.run([sys.executable, "-c", PYTHON_LINES, path], stdout=subprocess.PIPE, check=True).stdout
        theirs.append(float(out))
    ours, theirs = statistics.median(ours), statistics.median(theirs)
    print(f"lines 1 GiB lisle {ours:.2f} s, python {theirs:.2f} s, ratio {ours / theirs:.2f}", flush=True)


PARTS = {"echo": echo, "idle": idle, "bulk": bulk, "lines": lines}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("-r", "--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as build:
        load = os.path.join(HERE, "tcpload.rs")
        subprocess.run(["rustc", "-O", "--edition", "2021", "-A", "warnings", "-o", f"{build}/tcpload", load], check=True)
        for part in options.parts or PARTS:
            PARTS[part](build, options.rounds)


if __name__ == "__main__":
    main()
