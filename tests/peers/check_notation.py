"""MusicXML that `compose` writes, beside other programs: the schema, partitura, music21, Verovio and MuseScore.

    python3 -m venv build/pages && build/pages/bin/pip install partitura music21 verovio lxml mido
    build/pages/bin/python tests/peers/check_notation.py --program build/release/bin/story2midi [--pieces N]

It composes N pieces (default 12) over all palettes and usual metres as .musicxml and .mxl. Each must be valid against MusicXML
3.1's schema, which partitura carries. Every reader must find its bars, the sounding notes of the MIDI file (start in quarters,
MIDI key) and, where it knows drums, their strokes; MuseScore its keys too. A program that is not there is skipped by name. The
last line counts pieces and faults; the exit status is 1 where there is a fault.
"""
import argparse
import collections
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
from xml.etree import ElementTree

STORIES = ("The last ship had gone, and the harbour lay silent in the rain.",
           "Then all the bells of the town began to ring for joy, and everyone danced.",
           "He screamed and struck the door with his fists. He would never forgive them!",
           "The lake lay still in the evening. A heron stood in the reeds, and she slept.")
PALETTES = ("piano", "string-quartet", "orchestra", "rock-band", "four-hands", "chamber", "guitar", "synth", "piano-cello",
            "string-orchestra", "chiptune", "music-box")
METRES = ("4/4", "3/4", "6/8", "5/4", "12/8", "7/8", "2/4", "9/8")
STUBS = {"xlink.xsd": """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/1999/xlink"
  xmlns="http://www.w3.org/1999/xlink">%s</xs:schema>""" % "".join(
      f'<xs:attribute name="{name}" type="xs:string"/>' for name in ("href", "type", "role", "title", "show", "actuate")),
         "xml.xsd": """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
  targetNamespace="http://www.w3.org/XML/1998/namespace"><xs:attribute name="lang" type="xs:language"/>
  <xs:attribute name="space"><xs:simpleType><xs:restriction base="xs:NCName"><xs:enumeration value="default"/>
  <xs:enumeration value="preserve"/></xs:restriction></xs:simpleType></xs:attribute></xs:schema>"""}


def is_there(name):
    return importlib.util.find_spec(name) is not None


def schema():
    """MusicXML 3.1's, from partitura's files; the two small schemas that it imports by address stand above."""
    from lxml import etree
    folder = pathlib.Path(importlib.util.find_spec("partitura").origin).parent / "assets"

    class Offline(etree.Resolver):
        def resolve(self, url, _, context):
            name = os.path.basename(urllib.parse.urlparse(url).path)
            return self.resolve_string(STUBS[name], context) if name in STUBS else None

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Offline())
    return etree.XMLSchema(etree.parse(str(folder / "musicxml.xsd"), parser))


def schema_fault(path, compiled=[]):
    from lxml import etree
    if not compiled:
        compiled.append(schema())
    document = etree.parse(str(path), etree.XMLParser(no_network=True, load_dtd=False))
    return "" if compiled[0].validate(document) else str(compiled[0].error_log.last_error)


# What a reader finds: {(start in 48ths of a quarter, key): how many} of pitched notes and of drums (None: it cannot tell),
# and how many bars; None in place of a number that it cannot tell.
Found = collections.namedtuple("Found", "notes drums bars", defaults=(None, None))


def counted(notes):
    return collections.Counter((round(48 * float(start)), key) for start, key in notes)


def of_midi(path, bars=None):
    import mido
    midi, notes, drums = mido.MidiFile(path), [], []
    for track in midi.tracks:
        now = 0
        for message in track:
            now += message.time
            if message.type == "note_on" and message.velocity > 0:
                (drums if message.channel == 9 else notes).append((now / midi.ticks_per_beat, message.note))
    return Found(counted(notes), counted(drums), bars)


def by_partitura(path, folder):
    """Without parts of drums, and with octaves of transposition from the file: partitura 1.9 reads no chords of drums, and
    of <transpose> the semitones alone."""
    import partitura
    document = ElementTree.parse(path)
    root = document.getroot()
    for part in [part for part in root.findall("part") if part.find(".//unpitched") is not None]:
        root.remove(part)
        head = root.find("part-list")
        head.remove(head.find(f"score-part[@id='{part.get('id')}']"))
    document.write(folder / "pitched.musicxml")
    octaves = {part.get("id"): 12 * int(part.findtext(".//transpose/octave-change") or 0) for part in root.findall("part")}
    notes, bars = [], set()
    for part in partitura.load_musicxml(str(folder / "pitched.musicxml")).parts:
        shift = octaves[part.id] + sum(one.chromatic for one in part.iter_all(partitura.score.Transposition))
        notes += [(part.quarter_map(note.start.t) - part.quarter_map(0), note.midi_pitch + shift)
                  for note in part.iter_all(partitura.score.Note) if note.tie_prev is None]
        bars.add(len(list(part.iter_all(partitura.score.Measure))))
    return Found(counted(notes), None, bars.pop() if len(bars) == 1 else bars)


def by_music21(path, _):
    import music21
    score, notes, drums = music21.converter.parse(str(path), forceSource=True).toSoundingPitch(), [], []
    for element in score.flatten().notes:
        if isinstance(element, music21.harmony.Harmony):
            continue
        for note in element.notes if isinstance(element, music21.chord.ChordBase) else [element]:
            if note.tie is None or note.tie.type == "start":
                is_drum = isinstance(note, music21.note.Unpitched)
                (drums if is_drum else notes).append((element.offset, 0 if is_drum else note.pitch.midi))
    bars = {len(part.getElementsByClass("Measure")) for part in score.parts}
    return Found(counted(notes), counted(drums), bars.pop() if len(bars) == 1 else bars)


def by_verovio(path, folder):
    import verovio
    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    if not toolkit.loadFile(str(path)):
        raise ValueError("is not loaded")
    toolkit.renderToMIDIFile(str(folder / "verovio.mid"))
    return of_midi(folder / "verovio.mid", toolkit.getMEI().count("<measure "))._replace(drums=None)


def open_in_musescore(paths):
    """One run of MuseScore makes NAME.ENDING.mid and NAME.ENDING.mscx of each file."""
    job = paths[0].parent / "job.json"
    job.write_text(json.dumps([{"in": str(path), "out": [f"{path}.mid", f"{path}.mscx"]} for path in paths]))
    subprocess.run(["musescore3", "-j", job], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})


def by_musescore(path, _):
    staves = ElementTree.parse(f"{path}.mscx").getroot().findall("Score/Staff")
    bars = {len(staff.findall("Measure")) for staff in staves}
    return of_midi(f"{path}.mid", bars.pop() if len(bars) == 1 else bars)


def keys_of_musescore(path):
    """(bar, sharps as they sound) of the first staff of pitch that does not transpose, from what MuseScore opened."""
    score = ElementTree.parse(f"{path}.mscx").getroot().find("Score")
    for part in score.findall("Part"):
        if part.find("Instrument/transposeChromatic") is None and part.find("Staff/StaffType[@group='percussion']") is None:
            staff = score.find(f"Staff[@id='{part.find('Staff').get('id')}']")
            return [(bar, int(key.findtext("accidental"))) for bar, measure in enumerate(staff.findall("Measure"))
                    for key in measure.iter("KeySig")]
    return None


def keys_of_midi(path, bars):
    """(bar, sharps) of the first track's key signatures; `bars`: of one length."""
    import mido
    names = "Cb Gb Db Ab Eb Bb F C G D A E B F# C#".split(), "Abm Ebm Bbm Fm Cm Gm Dm Am Em Bm F#m C#m G#m D#m A#m".split()
    midi, now, keys, metre = mido.MidiFile(path), 0, [], None
    for message in midi.tracks[0]:
        now += message.time
        if message.type == "time_signature":
            metre = 4 * midi.ticks_per_beat * message.numerator // message.denominator
        if message.type == "key_signature":
            keys.append((now, next(row.index(message.key) - 7 for row in names if message.key in row)))
    return [(now // metre, key) for now, key in keys]


READERS = {"partitura": (by_partitura, lambda: is_there("partitura")),
           "music21": (by_music21, lambda: is_there("music21")),
           "verovio": (by_verovio, lambda: is_there("verovio") and is_there("mido")),
           "musescore": (by_musescore, lambda: shutil.which("musescore3") and is_there("mido"))}


def compose(program, folder, number):
    path = folder / f"piece{number}.musicxml"
    command = [program, "compose", "-q", "--text", " ".join(STORIES[number % len(STORIES):] + STORIES[:1]),
               "--metre", METRES[number % len(METRES)], "--bars", "16", "--seed", str(number + 1), "--drafts", "1",
               "--palette", PALETTES[number % len(PALETTES)], "-o", path, "-o", path.with_suffix(".mxl"),
               "-o", path.with_suffix(".mid"), "--humanise", "0"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return path


def faults_of(found, expected):
    for kind in ("notes", "drums"):
        one, other = getattr(expected, kind), getattr(found, kind)
        if other is not None and one.total() == other.total() and kind == "drums" and {key for _, key in other} == {0}:
            one = counted((start / 48, 0) for start, _ in one.elements())  # without keys
        if other is not None and one != other:
            yield f"missing {(one - other).total()}, more {(other - one).total()} of {one.total()} {kind}"
    if found.bars not in (None, expected.bars):
        yield f"{found.bars} bars, expected {expected.bars}"


def check(path, readers, has_schema):
    if has_schema and (fault := schema_fault(path)):
        yield f"{path.name}: schema: {fault}"
    expected = of_midi(path.with_suffix(".mid"), 16)
    for name, read in readers.items():
        for file in (path, path.with_suffix(".mxl")) if name == "musescore" else (path,):
            try:
                yield from (f"{file.name}: {name}: {fault}" for fault in faults_of(read(file, path.parent), expected))
            except Exception as error:  # of a peer
                yield f"{file.name}: {name}: {type(error).__name__} {error}"
    if "musescore" in readers:
        ours, theirs = keys_of_midi(path.with_suffix(".mid"), expected.bars), keys_of_musescore(path)
        # Nothing is written of C major at the start.
        if theirs is not None and [key for key in theirs if key != (0, 0)] != [key for key in ours if key != (0, 0)]:
            yield f"{path.name}: keys {ours}, in MuseScore {theirs}"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--program", required=True)
    arguments.add_argument("--pieces", type=int, default=len(PALETTES))
    arguments.add_argument("--skip", nargs="*", default=[], help="readers to leave out")
    options = arguments.parse_args()
    readers = {name: read for name, (read, there) in READERS.items() if there() and name not in options.skip}
    has_schema = is_there("lxml") and is_there("partitura")
    for name in sorted(set(READERS) - set(readers)) + ([] if has_schema else ["schema"]):
        print(f"skipped, not there: {name}")
    with tempfile.TemporaryDirectory() as scratch:
        paths = [compose(options.program, pathlib.Path(scratch), number) for number in range(options.pieces)]
        if "musescore" in readers:
            open_in_musescore([file for path in paths for file in (path, path.with_suffix(".mxl"))])
        faults = []
        for number, path in enumerate(paths):
            own = list(check(path, readers, has_schema))
            midi = of_midi(path.with_suffix(".mid"))
            print(f"{path.name}  {METRES[number % len(METRES)]}  {PALETTES[number % len(PALETTES)]}  {midi.notes.total()} notes, "
                  f"{midi.drums.total()} strokes", *own, sep="\n  ", flush=True)
            faults += own
    print(f"{options.pieces} pieces, readers: {', '.join(readers)}; faults: {len(faults)}")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
