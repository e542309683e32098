#!/usr/bin/env bash
# Two hosts, as network namespaces joined by a veth pair, train one small decoder, each with one thread: their losses and
# weights beside those of one process, a process killed, a link cut, all started again, and events a second.
# Usage, as root: hosts.sh TRAINER SHARD FOLDER     Prints a table of Markdown.
set -euo pipefail
trainer=$1 shard=$2 out=$3
steps=${TRIAL_STEPS:-60}
hosts=(s2m-host-a s2m-host-b)

clean() {
  for host in "${hosts[@]}"; do
    ip netns pids "$host" 2> /dev/null | xargs -r kill -9 || true
    ip netns del "$host" 2> /dev/null || true
  done
}
trap clean EXIT
clean
rm -rf "$out"
mkdir -p "$out"
ip link add s2m-a type veth peer name s2m-b
for i in 0 1; do
  host=${hosts[i]} link=s2m-$([ $i = 0 ] && echo a || echo b)
  ip netns add "$host"
  ip link set "$link" netns "$host" name eth0
  ip -n "$host" addr add "10.77.0.$((i + 1))/24" dev eth0
  ip -n "$host" link set lo up
  ip -n "$host" link set eth0 up
done

# train FOLDER [OPTION...]
train() {
  OMP_WAIT_POLICY=passive "$trainer" decoder --shard "$shard" --run "$out/$1" --width 192 --layers 4 --heads 3 --ffn 768 \
    --rows 4 --length 512 --accumulate 2 --threads 1 --steps "$steps" --warmup 10 --log-every 1 --validate-every 30 \
    --validation-windows 8 --rank-timeout 10 "${@:2}"
}
# host NUMBER FOLDER [OPTION...]: the second's folder must stay unwritten.
host() {
  export RANK=$1 WORLD_SIZE=2 LOCAL_RANK=0 MASTER_ADDR=10.77.0.1 MASTER_PORT=29511
  export -f train
  export out trainer shard steps
  ip netns exec "${hosts[$1]}" bash -c 'train "$@" 2>> "$out/errors-$RANK"' train "$([ "$1" = 0 ] && echo "$2" || echo nothing)" "${@:3}"
}
# both FOLDER [OPTION...]: waits for both; fails when one does.
both() {
  host 0 "$@" & local first=$!
  host 1 "$@" & local second=$!
  wait $first && wait $second
}
logged() { [ -e "$out/$1/log.jsonl" ] && grep -c grad_norm "$out/$1/log.jsonl" || true; }
# lose FOLDER COMMAND...: both train; after a third of the steps the command is done to the second. Seconds until both end.
lose() {
  host 0 "$1" & local first=$!
  host 1 "$1" & local second=$!
  while [ "$(logged "$1")0" -lt $((steps / 3))0 ]; do sleep .1; done
  "${@:2}"
  local start=$(date +%s.%N)
  ! wait $first || { echo "the first did not notice" >&2; return 1; }
  ! wait $second || { echo "the second did not notice" >&2; return 1; }
  seconds=$(echo "$(date +%s.%N) - $start" | bc)
}
same() { cmp "$out/$1/last.safetensors" "$out/one/last.safetensors" && echo "the bytes of one process"; }

kill_second() { ip netns pids "${hosts[1]}" | xargs kill -9; }
link() { ip -n "${hosts[1]}" link set eth0 "$1"; }

train one 2> "$out/errors-one"
both two
lose killed kill_second
killed=$seconds
both killed --resume
lose cut link down
cut=$seconds
link up
both cut --resume
[ ! -e "$out/nothing" ] || { echo "the second host wrote files" >&2; exit 1; }
python3 - "$out" <<'END'
import json, statistics, sys
def log(run):
    return [entry for entry in map(json.loads, open(f"{sys.argv[1]}/{run}/log.jsonl")) if "grad_norm" in entry]
one, two = log("one"), log("two")
print("| run | loss of the first, tenth, last step | events a second |\n|---|---|---|")
for name in ("one", "two", "killed", "cut"):
    entries = log(name)
    losses = ", ".join(f"{entries[i]['loss']:.4f}" for i in (0, 9, -1))
    print(f"| {name} | {losses} | {statistics.median(e['items_per_second'] for e in entries):.0f} |")
print("largest difference of a step's loss:", max(abs(a["loss"] - b["loss"]) for a, b in zip(one, two)))
END
for run in two killed cut; do echo "$run: $(same $run)"; done
echo "a killed process: the other ended after $killed s; a cut link: both ended after $cut s (--rank-timeout 10)"
echo "what the first host wrote:" && grep -h 'rank 0' "$out/errors-0"
