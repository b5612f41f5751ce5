#!/usr/bin/env python3
"""The cost of one fiber in each operation, by the number of fibers: medians of nanoseconds.

    cargo build --release
    python3 bench/curve.py                     # 1,000 to 1,000,000 fibers, 5 rounds
    python3 bench/curve.py -r 3 1000 100000
"""

import argparse
import os
import statistics
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
LISLE = os.environ.get("LISLE_BIN", os.path.join(HERE, "..", "target", "release", "lisle"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int)
    parser.add_argument("-r", "--rounds", type=int, default=5)
    options = parser.parse_args()
    sizes = options.sizes or [1_000, 10_000, 100_000, 1_000_000]
    figures = {}
    for _ in range(options.rounds):
        for size in sizes:
            command = [LISLE, os.path.join(HERE, "curve.lisp"), str(size)]
            output = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode()
            for line in output.splitlines():
                word, *name, n, cost = line.split()
                if word == "CURVE":
                    figures.setdefault(" ".join(name), {}).setdefault(int(n), []).append(float(cost))
    print("| operation | " + " | ".join(f"{size:,}" for size in sizes) + " |")
    print("|---|" + "--:|" * len(sizes))
    for name, by_size in figures.items():
        print(f"| {name} | " + " | ".join(f"{statistics.median(by_size[size]):.0f}" for size in sizes) + " |")


if __name__ == "__main__":
    main()
