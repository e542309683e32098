"""The figures of `study read` beside scipy, statsmodels and krippendorff.

    python3 -m venv build/study-venv && build/study-venv/bin/pip install scipy statsmodels krippendorff pandas
    build/study-venv/bin/python tests/peers/check_study.py --program build/release/bin/story2midi

One study of simulated listeners is read by the program; the others compute the same figures from its trials.csv.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile

import krippendorff
import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

RIGHT = {"quadrant": "right_quadrant", "valence": "right_valence", "arousal": "right_arousal"}
HIGH = {"valence": ("Q1", "Q4"), "arousal": ("Q1", "Q2")}


def check(name, own, other, within=1e-9):
    print(f"{name:<34} {own:>12.6f} {other:>12.6f}")
    assert abs(own - other) <= within, name


def icc(table):
    """ICC(A,1) by the mean squares of a two-way layout; `table`: raters by units."""
    k, n = table.shape
    middle = table.mean()
    rows = k * ((table.mean(0) - middle) ** 2).sum() / (n - 1)
    columns = n * ((table.mean(1) - middle) ** 2).sum() / (k - 1)
    rest = ((table - table.mean(0) - table.mean(1)[:, None] + middle) ** 2).sum() / ((n - 1) * (k - 1))
    return (rows - rest) / (rows + (k - 1) * rest + k / n * (columns - rest))


def check_accuracy(own, trials):
    right = trials[RIGHT[own["what"]]]
    hits, count, what = int(right.sum()), len(right), own["what"]
    check(f"{what}: accuracy", own["accuracy"], hits / count)
    for side, value in zip((0, 1), proportion_confint(hits, count, method="wilson")):
        check(f"{what}: Wilson", own["wilson"][side], value)
    check(f"{what}: p", own["p"], stats.binomtest(hits, count, own["chance"], alternative="greater").pvalue)
    needed = next(k for k in range(count + 2) if stats.binom.sf(k - 1, count, own["chance"]) <= .05)
    check(f"{what}: power", own["power"], stats.binom.sf(needed - 1, count, hits / count))
    shares = right.groupby(trials.listener).agg(["sum", "count"]).to_numpy()
    drawn = np.random.default_rng(1).integers(len(shares), size=(20_000, len(shares)))
    means = shares[drawn, 0].sum(1) / shares[drawn, 1].sum(1)
    for side, value in zip((0, 1), np.quantile(means, (.025, .975))):
        check(f"{what}: by listeners", own["clustered"][side], value, .008)
    if what in HIGH:
        high, answered = trials.intended.isin(HIGH[what]), trials.perceived.isin(HIGH[what])
        rates = [(answered[cell].sum() + .5) / (cell.sum() + 1) for cell in (high, ~high)]
        check(f"{what}: d'", own["d_prime"], stats.norm.ppf(rates[0]) - stats.norm.ppf(rates[1]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    program = str(pathlib.Path(parser.parse_args().program).resolve())
    with tempfile.TemporaryDirectory() as folder:
        run = lambda *words: subprocess.run([program, "study", *words], cwd=folder, check=True, capture_output=True)
        run("simulate", "-o", "s")
        run("read", "s/answers", "--key", "s/key.json", "-o", "r")
        report = json.loads(pathlib.Path(folder, "r/report.json").read_text())
        trials = pd.read_csv(pathlib.Path(folder, "r/trials.csv"))
    accuracies = report["systems"][0]["accuracies"]
    for own in accuracies:
        check_accuracy(own, trials)
    for own, other in zip(accuracies, multipletests([each["p"] for each in accuracies], method="holm")[1]):
        check(f"{own['what']}: p (Holm)", own["p_holm"], other)
    table = lambda column: trials.pivot(index="listener", columns="piece", values=column).to_numpy()
    trials["number"] = trials.perceived.str[1].astype(float)
    alpha = report["krippendorff_alpha"]
    check("quadrant: alpha", alpha["quadrant"], krippendorff.alpha(table("number"), level_of_measurement="nominal"))
    for what in ("valence", "arousal"):
        check(f"{what}: alpha", alpha[what], krippendorff.alpha(table(what), level_of_measurement="interval"), 1e-6)
        check(f"{what}: ICC(A,1)", report["intraclass_correlation"][what], icc(table(what)), 1e-6)
    print("study: every figure agrees")


if __name__ == "__main__":
    main()
