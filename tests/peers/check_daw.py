#!/usr/bin/python3
"""Checks MIDI files against what DAWs expect, with an independent reader, mido.

Usage: tests/peers/check_daw.py FILE...                                   checks these files
       tests/peers/check_daw.py --program PROGRAM [--pieces N] [--bars N]  composes N pieces over all palettes first
Prints a line for each fault, and how many files were read. Exit code 1 where there is a fault. Without mido nothing is
checked, which is said.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

PALETTES = ("piano four-hands string-quartet string-orchestra chamber orchestra piano-cello guitar music-box synth "
            "chiptune rock-band").split()
TEXTS = "lab/texts/judged_scenes.tsv"
DRUM_CHANNEL = 9
LOOP_CONTROLLER = 111
LOOP_MARKERS = ("loopStart", "loopEnd")
LOOPED = ("piano", "string-quartet", "rock-band")
CONTROLLERS = {0, 1, 7, 10, 11, 32, 64}
CONDUCTOR_ONLY = {"set_tempo", "time_signature", "marker", "cue_marker", "copyright", "lyrics"}


def timed(track):
    now = 0
    for message in track:
        now += message.time
        yield now, message


def conductor_faults(track):
    """Of the first track; returns its faults and its key signatures."""
    events = list(timed(track))
    kinds = [message.type for _, message in events]
    for kind in ("track_name", "copyright", "text", "set_tempo", "time_signature", "key_signature", "marker", "cue_marker",
                 "lyrics"):
        if kind not in kinds:
            yield f"the conductor has no {kind}"
    for kind in ("set_tempo", "time_signature", "key_signature"):
        maps = [(now, message) for now, message in events if message.type == kind]
        if maps and maps[0][0] != 0:
            yield f"the first {kind} stands at {maps[0][0]}"
        values = [(message.copy(time=0), now) for now, message in maps]
        for (one, _), (other, now) in zip(values, values[1:]):
            if one == other:
                yield f"{kind} at {now} changes nothing"
    texts = " ".join(message.text for _, message in events if message.type == "text")
    for word in ("seed", "story2midi", "weights"):
        if word not in texts:
            yield f"the texts do not tell the {word}"
    if any(not message.is_meta for _, message in events):
        yield "the conductor plays"


def head_faults(events):
    """Bank, program, volume and pan stand before the first note."""
    melodic = {message.channel for _, message in events if message.type == "note_on"} != {DRUM_CHANNEL}
    before = []
    for now, message in events:
        if message.type == "note_on":
            break
        if not message.is_meta:
            before.append((now, message))
    programs = [now for now, message in before if message.type == "program_change"]
    if programs != [0]:
        yield f"programs at {programs}, not one at 0"
    order = [message.type if message.type != "control_change" else message.control for _, message in before]
    if melodic and order[:3] != [0, 32, "program_change"]:
        yield f"bank and program do not come first: {order[:3]}"
    if sum(message.type == "program_change" for _, message in events) != len(programs):
        yield "the program changes in the middle"


def note_faults(events, controllers):
    sounding, pedal = {}, False
    for now, message in events:
        if message.type == "note_on" and message.velocity > 0:
            if message.note in sounding:
                yield f"key {message.note} is struck at {now} while it is down"
            sounding[message.note] = now
        elif message.type in ("note_on", "note_off"):
            start = sounding.pop(message.note, None)
            if start is None:
                yield f"key {message.note} is let go at {now} and was not down"
            elif start == now:
                yield f"key {message.note} has no length at {now}"
        elif message.type == "control_change":
            if message.control not in controllers:
                yield f"controller {message.control} at {now}"
            if message.control == 64:
                if pedal == (message.value >= 64):
                    yield f"the pedal does not move at {now}"
                pedal = message.value >= 64
    if sounding:
        yield f"keys {sorted(sounding)} never end"
    if pedal:
        yield "the pedal stays down"


def track_faults(track, keys, controllers):
    events = list(timed(track))
    names = [message.name for _, message in events if message.type == "track_name"]
    if len(names) != 1 or not names[0]:
        yield f"names {names}"
    channels = {message.channel for _, message in events if not message.is_meta}
    if len(channels) != 1:
        yield f"channels {sorted(channels)}"
    for now, message in events:
        if message.type in CONDUCTOR_ONLY:
            yield f"{message.type} at {now} outside the conductor"
    own = [(now, message.key) for now, message in events if message.type == "key_signature"]
    if own != keys:
        yield f"key signatures {own}, of the conductor {keys}"
    yield from head_faults(events)
    yield from note_faults(events, controllers)


def loop_faults(conductor, tracks):
    """A loop has two markers; controller 111 stands at the first of them, once in the file, and nothing sounds behind the second."""
    ends = {message.text: now for now, message in timed(conductor) if message.type == "marker" and message.text in LOOP_MARKERS}
    if not ends:
        return
    if set(ends) != set(LOOP_MARKERS) or ends["loopStart"] >= ends["loopEnd"]:
        yield f"loop markers {ends}"
        return
    events = [(now, message) for track in tracks for now, message in timed(track)]
    points = [now for now, message in events if message.type == "control_change" and message.control == LOOP_CONTROLLER]
    if points != [ends["loopStart"]]:
        yield f"controller {LOOP_CONTROLLER} at {points}, the loop starts at {ends['loopStart']}"
    late = [now for now, message in events if message.type in ("note_on", "note_off") and now > ends["loopEnd"]]
    if late:
        yield f"notes at {late} behind the loop's end at {ends['loopEnd']}"


def faults_of(path):
    import mido
    file = mido.MidiFile(path)
    if file.type != 1:
        yield f"type {file.type}"
    conductor, *tracks = file.tracks
    yield from conductor_faults(conductor)
    keys = [(now, message.key) for now, message in timed(conductor) if message.type == "key_signature"]
    yield from loop_faults(conductor, tracks)
    loops = any(message.type == "marker" and message.text == "loopStart" for message in conductor)
    channels = []
    for track in tracks:
        for fault in track_faults(track, keys, CONTROLLERS | {LOOP_CONTROLLER} if loops else CONTROLLERS):
            yield f"track {track.name}: {fault}"
        channels += sorted({message.channel for message in track if not message.is_meta})
        is_kit = track.name in ("Drums", "Noise")
        if is_kit != (DRUM_CHANNEL in channels[-1:]):
            yield f"track {track.name} is on channel {channels[-1] + 1}"
    if len(channels) != len(set(channels)):
        yield f"channels are shared: {channels}"


def compose(program, pieces, bars, folder):
    """Pieces of many texts, one palette after the other."""
    lines = pathlib.Path(TEXTS).read_text(encoding="utf-8").splitlines()
    column = lines[0].split("\t").index("text")
    texts = [line.split("\t")[column] for line in lines[1:]]
    for index, palette in enumerate(PALETTES):
        count = (pieces + len(PALETTES) - 1 - index) // len(PALETTES)
        if count == 0:
            continue
        table = folder / f"{palette}.txt"
        table.write_text("".join(f"{texts[(index + 12 * i) % len(texts)]}\n" for i in range(count)), encoding="utf-8")
        subprocess.run([program, "compose", "-q", "--lines", table, "--palette", palette, "--bars", str(bars), "--drafts",
                        "1", "-o", folder / palette], check=True)
        if palette in LOOPED:
            subprocess.run([program, "compose", "-q", "--text", texts[index], "--palette", palette, "--bars", "8", "--drafts",
                            "1", "--loop", "-o", folder / palette / "loop.mid"], check=True)
    return sorted(folder.glob("*/*.mid"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--program")
    parser.add_argument("--pieces", type=int, default=len(PALETTES))
    parser.add_argument("--bars", type=int, default=8)
    asked = parser.parse_args()
    try:
        import mido  # noqa: F401
    except ImportError:
        print("skipped: mido is not installed (Debian: python3-mido)")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        files = list(asked.files)
        if asked.program:
            files += compose(asked.program, asked.pieces, asked.bars, pathlib.Path(folder))
        found = [f"{file}: {fault}" for file in files for fault in faults_of(file)]
    print("\n".join(found))
    print(f"{len(files)} files, {len(found)} faults")
    return bool(found) or not files


if __name__ == "__main__":
    sys.exit(main())
