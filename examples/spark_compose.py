"""Texts of a table become music on Spark, by mapInPandas.

Usage: spark_compose.py TABLE.parquet|TABLE.jsonl FOLDER [--workers 2] [--rows 64]
Shards that are in FOLDER already are left as they are: run it again to go on. Folders are seen by every worker.
"""
import argparse
import time
from pathlib import Path
from typing import Iterator

import pandas as pd
from pyspark.sql import SparkSession

from story2midi import bulk


def composer(table: str, folder: str):
    def compose(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for batch in batches:
            studio = bulk.process_studio()  # Spark keeps a Python worker, and its model, from task to task
            yield pd.DataFrame([bulk.run_shard(studio, Path(table), Path(folder),
                                               bulk.Shard(int(row.number), int(row.start), int(row.stop)))
                                for row in batch.itertuples()])

    return compose


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
    # On one machine: so many workers, and four attempts of a task. spark-submit --master goes before it.
    spark = (SparkSession.builder.appName("story2midi").config("spark.ui.enabled", "false")
             .config("spark.master", f"local[{options.workers},4]").getOrCreate())
    spark.sparkContext.setLogLevel("OFF")
    start = time.monotonic()
    rows = spark.createDataFrame([(one.number, one.start, one.stop) for one in shards],
                                 "number long, start long, stop long").repartition(len(shards))
    done = rows.mapInPandas(composer(str(table), str(folder)), "shard long, rows long, broken long").collect()
    count, broken = (sum(one[name] for one in done) for name in ("rows", "broken"))
    seconds = time.monotonic() - start
    print(f"{count} rows, {broken} broken, {len(done)} shards, {seconds:.1f} s, {count / seconds:.1f} texts a second")
    spark.stop()


if __name__ == "__main__":
    main()
