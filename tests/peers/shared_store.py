#!/usr/bin/python3
"""Two servers without workers and three workers on one PostgreSQL database: every job once, whoever is killed.

Usage: tests/peers/shared_store.py PROGRAM [JOBS]     Needs initdb and pg_ctl (postgresql), and wrk.
"""
import collections
import concurrent.futures
import contextlib
import glob
import http.client
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

SEEDS = 10
BARS = 16
STORY = "The rain stopped, and the whole street began to dance."
AS_POSTGRES = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
PROGRAMS = (glob.glob("/usr/lib/postgresql/*/bin") or [""])[-1]


@contextlib.contextmanager
def postgres(folder):
    """A server on a socket in `folder`; its URI."""
    environment = {**os.environ, "PATH": f"{os.environ['PATH']}:{PROGRAMS}"}

    def run(*words):
        subprocess.run([*AS_POSTGRES, *words], check=True, env=environment, cwd="/", stdout=subprocess.DEVNULL)

    if AS_POSTGRES:
        subprocess.run(["chown", "postgres", folder], check=True)
    run("initdb", "-D", folder / "data", "-U", "trial", "-A", "trust", "-E", "UTF8", "--locale=C")
    run("pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-o", f"-k {folder} -c listen_addresses=''", "start")
    try:
        yield f"postgresql://trial@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-D", folder / "data", "-m", "fast", "stop")


class Process:
    """A server or a worker, its log in a file."""

    def __init__(self, log, *words):
        self.log = log
        self.process = subprocess.Popen([str(word) for word in words], stderr=open(log, "w", encoding="utf-8"))
        self.port = None

    def lines(self, event):
        lines = self.log.read_text(encoding="utf-8").splitlines(keepends=True)
        return [line for line in (json.loads(text) for text in lines if text.endswith("\n")) if line["event"] == event]

    def wait_for(self, event):
        for _ in range(600):
            if found := self.lines(event):
                return found[0]
            time.sleep(0.1)
        raise SystemExit(f"no line {event}: {self.log.read_text(encoding='utf-8')}")

    def end(self, number):
        self.process.send_signal(number)
        return self.process.wait(timeout=30)

    def ask(self, method, path, body=None):
        """Status, headers, bytes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def request_of(seed):
    return json.dumps({"story": {"text": STORY}, "options": {"bars": BARS}, "compose": {"seed": seed}})


def submit(number, servers):
    """(id, seed, refusals, seconds of the request that was granted)."""
    seed = number % SEEDS + 1
    refusals = 0
    while True:
        start = time.monotonic()
        status, headers, body = servers[number % 2].ask("POST", "/api/v1/jobs", request_of(seed))
        if status == 202:
            return json.loads(body)["id"], seed, refusals, time.monotonic() - start
        if status != 429 or int(headers["Retry-After"]) < 1:
            raise SystemExit(f"status {status}: {body}")
        refusals += 1
        time.sleep(0.5)


def counts(server):
    found = re.findall(r'story2midi_jobs\{state="(\w+)"\} (\d+)', server.ask("GET", "/metrics")[2].decode())
    return {state: int(count) for state, count in found}


def percentiles(seconds):
    ordered = sorted(seconds)
    return f"median {1000 * statistics.median(ordered):.0f} ms, p99 {1000 * ordered[int(0.99 * (len(ordered) - 1))]:.0f} ms"


def expected_bytes(program, folder):
    """What the command line writes, by the seed."""
    found = {}
    for seed in range(1, SEEDS + 1):
        file = folder / f"{seed}.mid"
        subprocess.run([program, "compose", "--text", STORY, "--bars", str(BARS), "--seed", str(seed), "-q", "-o", file],
                       check=True)
        found[seed] = file.read_bytes()
    return found


def check(jobs, servers, workers, expected):
    """Every job is done, once, with the command line's bytes, at both servers."""
    faults = []
    for id_, seed in jobs.items():
        for server in servers:
            if json.loads(server.ask("GET", f"/api/v1/jobs/{id_}")[2])["state"] != "done":
                faults.append(f"{id_}: not done")
            elif server.ask("GET", f"/api/v1/jobs/{id_}/files/midi")[2] != expected[seed]:
                faults.append(f"{id_}: other bytes than the command line's")
    done = collections.Counter(line["id"] for worker in workers for line in worker.lines("job") if line["state"] == "done")
    faults += [f"{id_}: done {times} times" for id_, times in done.items() if times != 1]
    if len(jobs) - len(done) > 1:  # the killed one may have ended between storing a job and logging it
        faults.append(f"{len(done)} of {len(jobs)} in the logs")
    return faults


def rate(server, path):
    printed = subprocess.run(["wrk", "-t", "2", "-c", "16", "-d", "3s", "--latency", f"http://127.0.0.1:{server.port}{path}"],
                             check=True, capture_output=True, text=True).stdout
    found = {name: re.search(pattern, printed)[1] for name, pattern in
             (("rate", r"Requests/sec:\s+([\d.]+)"), ("median", r"50%\s+(\S+)"), ("p99", r"99%\s+(\S+)"))}
    return f"{float(found['rate']):.0f} requests a second, median {found['median']}, p99 {found['p99']}"


def main():
    program, number = os.path.abspath(sys.argv[1]), int((sys.argv[2:] or ["100"])[0])
    with tempfile.TemporaryDirectory(dir="/tmp") as name, contextlib.ExitStack() as stack:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        (folder / "sql").mkdir()
        uri = stack.enter_context(postgres(folder / "sql"))
        expected = expected_bytes(program, folder)
        servers = [Process(folder / f"server{i}", program, "serve", "--port", 0, "--store", uri, "--workers", 0, "--queue",
                           number // 2) for i in range(2)]
        workers = [Process(folder / f"worker{i}", program, "work", "--store", uri, "--workers", 1, "--threads", 1, "--lease", 2)
                   for i in range(3)]
        for process in servers + workers:
            stack.callback(process.process.kill)
        for server in servers:
            server.port = server.wait_for("listening")["port"]
        for worker in workers:
            worker.wait_for("working")
        start = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(number) as pool:
            answers = [pool.submit(submit, i, servers) for i in range(number)]
            while counts(servers[0])["done"] < number // 3:
                time.sleep(0.05)
            workers[0].end(signal.SIGKILL)
            print(f"worker killed: {counts(servers[1])}")
            submitted = [answer.result() for answer in answers]
        while (now := counts(servers[1]))["queued"] + now["running"] > 0:
            time.sleep(0.1)
        seconds = time.monotonic() - start
        jobs = {id_: seed for id_, seed, _, _ in submitted}
        print(f"{len(jobs)} jobs of {BARS} bars in {seconds:.1f} s, three workers, one of them killed: {now}")
        print(f"refused with 429 and granted later: {sum(1 for each in submitted if each[2])}")
        print(f"POST /api/v1/jobs: {percentiles([each[3] for each in submitted])}")
        faults = check(jobs, servers, workers, expected)
        print(f"GET /api/v1/jobs/ID: {rate(servers[0], '/api/v1/jobs/' + submitted[0][0])}")
        print(f"GET /api/v1/health: {rate(servers[0], '/api/v1/health')}")
        codes = [process.end(signal.SIGTERM) for process in servers + workers[1:]]
        if codes != [0, 0, 0, 0]:
            faults.append(f"exit codes {codes}")
    print("\n".join(faults) or "every job once, with the command line's bytes, at both servers")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
