"""How fast python3-mido reads MIDI files to notes and writes them, by its own processor time: JSON, 10^6 bytes a second.

    mido_rates.py ROUNDS FILE...    medians of ROUNDS passes over the files, after one that warms up; prints {} where mido
                                    is not installed
"""

import io
import json
import os
import statistics
import sys
import time

try:
    import mido
except ImportError:
    print("{}")
    sys.exit()


def notes_of(file):
    """(start, length, pitch, velocity) of each note, in ticks: what the reader of this program also ends with."""
    notes = []
    for track in file.tracks:
        now, sounding = 0, {}
        for message in track:
            now += message.time
            if message.type not in ("note_on", "note_off"):
                continue
            start = sounding.pop((message.channel, message.note), None)
            if start is not None:
                notes.append((start[0], now - start[0], message.note, start[1]))
            if message.type == "note_on" and message.velocity > 0:
                sounding[message.channel, message.note] = now, message.velocity
    return notes


def read(path):
    file = mido.MidiFile(path, clip=True)
    return file, notes_of(file)


def written_bytes(file):
    memory = io.BytesIO()
    file.save(file=memory)
    return memory.tell()


def median_rate(rounds, work):
    """`work` returns how many bytes it went through."""
    work()  # a pass that warms up, as the program's own rates have
    rates = []
    for _ in range(rounds):
        start = time.process_time()
        count = work()
        rates.append(count / (time.process_time() - start) / 1e6)
    return statistics.median(rates)


def main():
    rounds, paths = int(sys.argv[1]), sys.argv[2:]

    def read_all():
        for path in paths:
            read(path)
        return sum(os.path.getsize(path) for path in paths)

    read_rate = median_rate(rounds, read_all)
    files = [read(path)[0] for path in paths]
    write_rate = median_rate(rounds, lambda: sum(written_bytes(file) for file in files))
    print(json.dumps({"read": read_rate, "write": write_rate}))


main()
