"""Prints what an independent reader, mido, finds in a MIDI file: one sorted line for each note, span and map entry."""

import sys

import mido

TONICS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def key_line(now, name):
    tonic = (TONICS[name[0]] + name.count("#") - name.count("b")) % 12
    return f"key {now} {tonic} {'minor' if name.endswith('m') else 'major'}"


def conductor_lines(track):
    now = 0
    for message in track:
        now += message.time
        if message.type == "set_tempo":
            yield f"tempo {now} {message.tempo}"
        elif message.type == "time_signature":
            yield f"metre {now} {message.numerator} {message.denominator}"
        elif message.type == "key_signature":
            yield key_line(now, message.key)
        elif message.type == "marker":
            yield f"marker {now} {message.text}"
        else:
            assert message.type == "end_of_track", message


def instrument_lines(index, track, keys):
    now, program, sounding, pedal = 0, None, {}, None
    for message in track:
        now += message.time
        if message.type == "track_name":
            yield f"track {index} name {message.name}"
        elif message.type == "program_change":
            program = message.program
            yield f"track {index} program {program} {'drums' if message.channel == 9 else 'melodic'}"
        elif message.type == "key_signature":
            assert program is not None and key_line(now, message.key) in keys
        elif message.type == "control_change" and message.control in (0, 32):
            assert program is None and message.value == 0
        elif message.type == "control_change":
            assert message.control == 64
            if message.value >= 64:
                assert pedal is None
                pedal = now
            else:
                yield f"track {index} pedal {pedal} {now}"
                pedal = None
        elif message.type == "note_on" and message.velocity > 0:
            assert program is not None and message.note not in sounding
            sounding[message.note] = (now, message.velocity)
        elif message.type in ("note_on", "note_off"):
            start, velocity = sounding.pop(message.note)
            yield f"track {index} note {start} {now - start} {message.note} {velocity}"
        else:
            assert message.type == "end_of_track", message
    assert not sounding and pedal is None


def main():
    file = mido.MidiFile(sys.argv[1], charset="utf-8")
    assert file.type == 1 and file.ticks_per_beat == 480
    lines = list(conductor_lines(file.tracks[0]))
    keys = {line for line in lines if line.startswith("key ")}
    for index, track in enumerate(file.tracks[1:]):
        lines += instrument_lines(index, track, keys)
    sys.stdout.buffer.write("".join(line + "\n" for line in sorted(lines)).encode())


main()
