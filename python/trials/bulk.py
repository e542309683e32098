#!/usr/bin/env python3
"""Tries examples/ray_compose.py and spark_compose.py on this machine, in an environment that has both engines.

Of each engine: one worker and two, a worker killed in the middle, the whole job killed in the middle and run again. Each
time every row must be there once, broken rows as rows with an error, and a sample must have the program's bytes.
Usage: bulk.py [--texts 160] [--engine ray|spark] [--scaling]     Prints a table of Markdown.
--scaling: one worker and two, nothing killed.
"""
from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Optional

import pyarrow.parquet as pq

ROOT = Path(__file__).parents[2]
ROWS = 8  # of a shard
BROKEN = {5: '{"text": broken', 11: '{"text": "x", "bars": 0}', 12: '{"text": ""}', 13: '{"id": "no text"}'}


def write_table(file: Path, count: int) -> None:
    random.seed(1)
    stories = " ".join(story.read_text() for story in sorted((ROOT / "lab/texts/stories").glob("*.txt")))
    sentences = [sentence.strip() + "." for sentence in stories.replace("\n", " ").split(".") if len(sentence) > 20]
    lines = [json.dumps({"id": f"t{row}", "text": " ".join(random.sample(sentences, 4)), "seed": row, "bars": 16})
             for row in range(count)]
    for row, line in BROKEN.items():
        lines[row] = line
    file.write_text("\n".join(lines) + "\n")


def start(engine: str, table: Path, folder: Path, workers: int) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, str(ROOT / f"examples/{engine}_compose.py"), str(table), str(folder),
                             "--workers", str(workers), "--rows", str(ROWS)], text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, start_new_session=True,
                            env=os.environ | {"RAY_DATA_DISABLE_PROGRESS_BARS": "1", "PYSPARK_PYTHON": sys.executable})


def wait_for_shards(job: subprocess.Popen[str], folder: Path, count: int) -> None:
    while len(list(folder.glob("part-*.parquet"))) < count:
        if job.poll() is not None:
            raise SystemExit(f"the job ended before it was killed: {job.stdout.read() if job.stdout else ''}")
        time.sleep(.05)


def processes() -> dict[int, tuple[int, str]]:
    """{process: (parent, command)}"""
    lines = subprocess.check_output(["ps", "-eo", "pid,ppid,args"], text=True).splitlines()[1:]
    return {int(pid): (int(parent), command) for pid, parent, command in (line.split(None, 2) for line in lines)}


def kill_worker(job: subprocess.Popen[str], engine: str) -> None:
    """A process of this job that holds a model: Ray's actor, or a child of Spark's daemon of Python workers."""
    known = processes()

    def is_of_job(pid: int) -> bool:
        while pid > 1 and pid != job.pid:
            pid = known.get(pid, (0, ""))[0]
        return pid == job.pid

    def is_worker(pid: int) -> bool:
        parent, command = known[pid]
        if engine == "ray":
            return command.startswith("ray::MapWorker")
        return "pyspark.daemon" in command and "pyspark.daemon" in known.get(parent, (0, ""))[1]

    workers = [pid for pid in known if is_worker(pid) and is_of_job(pid)]
    os.kill(workers[0], signal.SIGKILL)


def check(table: Path, folder: Path, count: int) -> None:
    rows = [row for file in sorted(folder.glob("part-*.parquet")) for row in pq.read_table(file).to_pylist()]
    assert [row["row"] for row in rows] == list(range(count)), "rows are lost, doubled or in another order"
    assert {row["row"] for row in rows if row["error"]} == set(BROKEN)
    lines = table.read_text().splitlines()
    for row in (rows[0], rows[count // 2], rows[-1]):
        asked = json.loads(lines[row["row"]])
        file = folder / "program.mid"
        subprocess.run([sys.executable, "-m", "story2midi", "compose", "--text", asked["text"], "--seed",
                        str(asked["seed"]), "--bars", "16", "-q", "-o", str(file)], check=True)
        assert file.read_bytes() == row["midi"], f"row {row['row']} is not what the program writes"


def run(engine: str, table: Path, folder: Path, workers: int,
        disturb: Optional[Callable[[subprocess.Popen[str]], Any]] = None) -> str:
    job = start(engine, table, folder, workers)
    if disturb:
        wait_for_shards(job, folder, 3)
        disturb(job)
    told = re.search(r"([\d.]+) texts a second", job.communicate()[0])
    return told[1] if told else ""


def rate_once_started(folder: Path, workers: int) -> str:
    """Texts a second after each worker's first shard, which has the opening of its model."""
    ends = sorted(file.stat().st_mtime for file in folder.glob("part-*.parquet"))
    return f"{ROWS * (len(ends) - workers) / (ends[-1] - ends[workers - 1]):.1f}"


def kill_all(job: subprocess.Popen[str]) -> None:
    os.killpg(job.pid, signal.SIGKILL)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--texts", type=int, default=160)
    parser.add_argument("--engine", choices=["ray", "spark"])
    parser.add_argument("--scaling", action="store_true")
    options = parser.parse_args()
    print("| engine | workers | what happens | texts a second | once started | rows | broken |\n" + "|---" * 7 + "|")
    with tempfile.TemporaryDirectory() as place:
        table = Path(place) / "texts.jsonl"
        write_table(table, options.texts)
        for engine in [options.engine] if options.engine else ["ray", "spark"]:
            for workers, event, disturb in (
                    (1, "", None), (2, "", None),
                    (2, "a worker is killed", lambda job, engine=engine: kill_worker(job, engine)),
                    (2, "the job is killed and run again", kill_all)):
                if disturb and options.scaling:
                    continue
                folder = Path(place) / f"{engine}-{workers}-{event}"
                told = run(engine, table, folder, workers, disturb)
                if disturb is kill_all:
                    there = len(list(folder.glob("part-*.parquet")))
                    told = run(engine, table, folder, workers)
                    event += f" with {there} shards there"
                check(table, folder, options.texts)
                started = "" if disturb is kill_all else rate_once_started(folder, workers)
                print(f"| {engine} | {workers} | {event} | {told} | {started} | {options.texts} | {len(BROKEN)} |",
                      flush=True)


if __name__ == "__main__":
    main()
