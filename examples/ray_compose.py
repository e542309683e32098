"""Texts of a table become music on a Ray cluster: an actor pool that holds one opened model each.

Usage: ray_compose.py TABLE.parquet|TABLE.jsonl FOLDER [--workers 2] [--rows 64]
Shards that are in FOLDER already are left as they are: run it again to go on. Folders are seen by every worker.
"""
import argparse
import time
from pathlib import Path

import ray
import ray.data

import story2midi
from story2midi import bulk


class Composer:
    """Lives in a worker. The model is opened there: it does not travel."""

    def __init__(self, table: str, folder: str) -> None:
        self.table, self.folder = Path(table), Path(folder)
        self.studio = story2midi.Studio(threads=1)  # a worker has one processor

    def __call__(self, row: dict) -> dict:
        shard = bulk.Shard(int(row["number"]), int(row["start"]), int(row["stop"]))
        return bulk.run_shard(self.studio, self.table, self.folder, shard)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rows", type=int, default=64, help="rows of a shard")
    options = parser.parse_args()
    table, folder = options.table.resolve(), options.folder.resolve()
    shards = bulk.shards_to_run(table, folder, options.rows)
    if not shards:
        print("nothing is left to compose")
        return
    ray.init(num_cpus=options.workers, include_dashboard=False, log_to_driver=False)
    start = time.monotonic()
    # A shard is a row here, so the texts never pass through the object store, and their order does not matter.
    done = ray.data.from_items([vars(shard) for shard in shards], override_num_blocks=len(shards)).map(
        Composer, fn_constructor_args=(str(table), str(folder)), concurrency=options.workers, num_cpus=1).take_all()
    rows, broken = (sum(one[name] for one in done) for name in ("rows", "broken"))
    seconds = time.monotonic() - start
    print(f"{rows} rows, {broken} broken, {len(done)} shards, {seconds:.1f} s, {rows / seconds:.1f} texts a second")


if __name__ == "__main__":
    main()
