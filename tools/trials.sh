#!/usr/bin/env bash
# What needs a bare system, or hours: run by hand, as root, on Debian 12. Logs stay under build/trials/.
#   package   the Debian packages, looked at by lintian, installed on a bare Debian, a story composed and rendered
#   consumer  a program of another's built on a bare Debian against libstory2midi-dev
#   clone     a fresh clone on a bare Debian: `make run`, and `make test` where TRIAL_TESTS=1
#   daw       100 composed files of all palettes, checked for what DAWs expect by another reader
#   pages     40 composed pages of all palettes, beside MusicXML's schema, partitura, music21, Verovio and MuseScore
#   bulk      the Python examples on Ray and Spark: one worker and two, a worker killed, the job killed and run again
#   hosts     training by two processes in two network namespaces, one lost and back (TRIAL_SHARD: music, else
#             runs/music.events, which docs/research/training.md makes)
#   aarch64   a build for 64-bit ARM under qemu: tests, and a composition whose bytes are this machine's
#   load      requests a second of the service beside nginx's static files
#   shared    two servers and three workers on one PostgreSQL database: 100 compositions, a worker killed in the middle
#   study     the mixed models of a simulated study, by R
# Usage: tools/trials.sh [TRIAL...]     (default: all; TRIAL_BASE: a folder with a bare Debian, else made)
set -euo pipefail
cd "$(dirname "$0")/.."
here=$PWD
trials=$here/build/trials
base=${TRIAL_BASE:-$trials/base}
mkdir -p "$trials"
[ "$(id -u)" = 0 ] || { echo "trials: needs root: debootstrap and chroot" >&2; exit 1; }

# A bare Debian by the mirror that this machine uses, with this machine's settings for apt.
make_base() {
  [ -e "$base/etc/debian_version" ] && return
  debootstrap --variant=minbase bookworm "$base" "$(apt-get indextargets --format '$(SITE)' | sort | head -1)"
}

# make_root NAME: a fresh copy of the bare system at $root.
make_root() {
  root=$trials/$1
  remove_root
  cp -a "$base" "$root"
  rm -f "$root/etc/apt/sources.list"
  cp -a /etc/apt/. "$root/etc/apt/"
  cp -a /usr/share/keyrings/. "$root/usr/share/keyrings/"
  cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
  mount -t proc proc "$root/proc"
}

remove_root() {
  mountpoint -q "${root:?}/proc" && umount "$root/proc"
  rm -rf "$root"
}

inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }

make_packages() {
  cmake --preset package > /dev/null
  cmake --build --preset package -j "$(nproc)" --target story2midi story2midi_library
  rm -rf build/package/packages
  cpack --config build/package/CPackConfig.cmake
}

trial_package() {
  make_packages
  lintian --allow-root --fail-on error build/package/packages/*.deb
  make_root package
  cp build/package/packages/story2midi_*.deb "$root/root/"
  inside apt-get update -qq
  inside sh -ec 'apt-get install -qq -y --no-install-recommends /root/story2midi_*.deb timgm6mb-soundfont >/dev/null'
  inside sh -ec 'cd /root; story2midi --version
    story2midi compose --text "The last ship had gone. Then all the bells of the town began to ring for joy." \
      --bars 8 --seed 7 -o story.mid --wav story.wav
    story2midi inspect story.mid; ls -l story.mid story.wav
    dpkg -s story2midi | grep -E "^(Version|Status|Depends)"
    apt-get purge -qq -y story2midi >/dev/null; test ! -e /usr/share/story2midi'
  remove_root
}

trial_consumer() {
  make_packages
  make_root consumer
  cp build/package/packages/*.deb "$root/root/"
  cp -r tests/consumer examples "$root/root/"
  inside apt-get update -qq
  inside sh -ec 'apt-get install -qq -y --no-install-recommends /root/*.deb g++ cmake make >/dev/null
    cd /root; cmake -S consumer -B build > /dev/null; cmake --build build
    build/consumer /usr/share/story2midi/models/base piece.mid
    g++ -std=c++20 examples/story_to_midi.cpp -o story_to_midi $(pkg-config --cflags --libs story2midi)
    echo "The bells began to ring for joy." > tale.txt
    ./story_to_midi "$(pkg-config --variable=models story2midi)/base" tale.txt tale.mid'
  remove_root
}

trial_clone() {
  make_root clone
  git clone -q --no-hardlinks "$here" "$root/root/story2midi"
  inside apt-get update -qq
  inside sh -ec 'apt-get install -qq -y --no-install-recommends make git ca-certificates >/dev/null'
  inside bash -ec 'cd /root/story2midi; time make run; ls -l out'
  [ "${TRIAL_TESTS:-0}" = 0 ] || inside bash -ec 'cd /root/story2midi; time make test'
  remove_root
}

trial_daw() {
  cmake --preset package > /dev/null
  cmake --build --preset package -j "$(nproc)" --target story2midi
  /usr/bin/python3 tests/peers/check_daw.py --program build/package/bin/story2midi --pieces 100 --bars 16
}

trial_pages() {
  cmake --preset package > /dev/null
  cmake --build --preset package -j "$(nproc)" --target story2midi
  [ -x build/pages/bin/python ] || { python3 -m venv build/pages; build/pages/bin/pip install -q partitura music21 verovio lxml mido; }
  build/pages/bin/python -W ignore tests/peers/check_notation.py --program build/package/bin/story2midi --pieces 40
}

trial_bulk() {
  command -v java > /dev/null || { echo "bulk: needs Java: openjdk-17-jre-headless" >&2; return 1; }
  tools/make_wheel.sh
  [ -x build/bulk/bin/python ] || python3 -m venv build/bulk
  build/bulk/bin/pip install -q --upgrade --force-reinstall --no-deps dist/story2midi-*.whl
  build/bulk/bin/pip install -q numpy 'ray[data]' pyspark pyarrow pandas
  build/bulk/bin/python python/trials/bulk.py
  build/bulk/bin/python python/trials/measure.py
}

trial_hosts() {
  cmake --preset train > /dev/null
  cmake --build --preset train -j "$(nproc)" --target story2midi-train
  tests/train/hosts.sh build/train/bin/story2midi-train "${TRIAL_SHARD:-runs/music.events}" "$trials/hosts"
}

trial_aarch64() { make aarch64; }

trial_load() {
  cmake --preset package > /dev/null
  cmake --build --preset package -j "$(nproc)" --target story2midi
  tests/peers/load.sh build/package/bin/story2midi
}

trial_shared() {
  cmake --preset package > /dev/null
  cmake --build --preset package -j "$(nproc)" --target story2midi
  /usr/bin/python3 tests/peers/shared_store.py build/package/bin/story2midi
}

trial_study() {
  cmake --preset package > /dev/null
  cmake --build --preset package -j "$(nproc)" --target story2midi
  rm -rf "$trials/study"
  build/package/bin/story2midi study simulate -o "$trials/study"
  build/package/bin/story2midi study read "$trials/study/answers" --key "$trials/study/key.json" -o "$trials/study/report"
  cd "$trials/study/report"
  Rscript model.R
}

# A process of its own for each: a failure ends the trial, not those after it.
if [ -n "${TRIAL_ONE:-}" ]; then
  root=$trials/$TRIAL_ONE
  trap '! mountpoint -q "$root/proc" || umount "$root/proc"' EXIT
  trial_"$TRIAL_ONE"
  exit 0
fi

case "$*" in daw | pages | bulk | hosts | aarch64 | load | shared | study) ;; *) make_base ;; esac
failed=0
[ $# -gt 0 ] || set -- package consumer clone daw pages bulk hosts aarch64 load shared study
for name in "$@"; do
  if TRIAL_ONE=$name "$here/tools/trials.sh" > "$trials/$name.log" 2>&1; then
    echo "$name: passed ($trials/$name.log)"
  else
    echo "$name: FAILED ($trials/$name.log)"
    tail -5 "$trials/$name.log"
    failed=1
  fi
done
exit $failed
