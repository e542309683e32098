"""MusicXML that `compose` writes, beside other programs: the schema, partitura, music21, Verovio and MuseScore.

    python3 -m venv build/pages && build/pages/bin/pip install partitura music21 verovio lxml mido
    build/pages/bin/python tests/peers/check_notation.py --program build/release/bin/story2midi [--pieces N]

It composes N pieces of all usual metres (default 8) as .musicxml and .mxl. Each must be valid against MusicXML 3.1's schema, which
partitura carries, and hold the same sounding notes (start in quarters, MIDI key) for every reader. A program that is not there
is skipped by name. The last line counts pieces and faults; the exit status is 1 where there is a fault.
"""
import argparse
import collections
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

STORIES = ("The last ship had gone, and the harbour lay silent in the rain.",
           "Then all the bells of the town began to ring for joy, and everyone danced.",
           "He screamed and struck the door with his fists. He would never forgive them!",
           "The lake lay still in the evening. A heron stood in the reeds, and she slept.")
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


def counted(notes):
    """{(start in 48ths of a quarter, key): how many}"""
    return collections.Counter((round(48 * float(start)), key) for start, key in notes)


def notes_of_midi(path):
    import mido
    midi, notes = mido.MidiFile(path), []
    for track in midi.tracks:
        now = 0
        for message in track:
            now += message.time
            if message.type == "note_on" and message.velocity > 0:
                notes.append((now / midi.ticks_per_beat, message.note))
    return counted(notes)


def by_partitura(path, _):
    import partitura
    notes = partitura.load_musicxml(str(path)).note_array()
    return counted((note["onset_quarter"] , int(note["pitch"])) for note in notes)


def by_music21(path, _):
    import music21
    notes = []
    for element in music21.converter.parse(str(path), forceSource=True).flatten().notes:
        if isinstance(element, music21.harmony.Harmony):
            continue
        for note in element.notes if isinstance(element, music21.chord.Chord) else [element]:
            if note.tie is None or note.tie.type == "start":
                notes.append((element.offset, note.pitch.midi))
    return counted(notes)


def by_verovio(path, folder):
    import verovio
    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    if not toolkit.loadFile(str(path)):
        raise ValueError("is not loaded")
    toolkit.renderToMIDIFile(str(folder / "verovio.mid"))
    return notes_of_midi(folder / "verovio.mid")


def by_musescore(path, folder):
    target = folder / "musescore.mid"
    subprocess.run(["musescore3", "-o", target, path], check=True, stderr=subprocess.DEVNULL,
                   env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    return notes_of_midi(target)


READERS = {"partitura": (by_partitura, lambda: is_there("partitura")),
           "music21": (by_music21, lambda: is_there("music21")),
           "verovio": (by_verovio, lambda: is_there("verovio") and is_there("mido")),
           "musescore": (by_musescore, lambda: shutil.which("musescore3") and is_there("mido"))}


def compose(program, folder, number):
    path = folder / f"piece{number}.musicxml"
    command = [program, "compose", "-q", "--text", " ".join(STORIES[number % len(STORIES):] + STORIES[:1]),
               "--metre", METRES[number % len(METRES)], "--bars", "16", "--seed", str(number + 1), "--drafts", "1",
               "-o", path, "-o", path.with_suffix(".mxl"), "-o", path.with_suffix(".mid"), "--humanise", "0"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return path


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--program", required=True)
    arguments.add_argument("--pieces", type=int, default=8)
    arguments.add_argument("--skip", nargs="*", default=[], help="readers to leave out")
    options = arguments.parse_args()
    readers = {name: read for name, (read, there) in READERS.items() if there() and name not in options.skip}
    has_schema = is_there("lxml") and is_there("partitura")
    for name in sorted(set(READERS) - set(readers)) + ([] if has_schema else ["schema"]):
        print(f"skipped, not there: {name}")
    faults = []
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(options.pieces):
            folder = pathlib.Path(scratch)
            path = compose(options.program, folder, number)
            if has_schema and (fault := schema_fault(path)):
                faults.append(f"{path.name}: schema: {fault}")
            expected = notes_of_midi(path.with_suffix(".mid"))
            for name, read in readers.items():
                for file in (path, path.with_suffix(".mxl")) if name == "musescore" else (path,):
                    try:
                        found = read(file, folder)
                    except Exception as error:  # of a peer
                        faults.append(f"{file.name}: {name}: {error}")
                        continue
                    if found != expected:
                        faults.append(f"{file.name}: {name}: missing {sum((expected - found).values())}, more "
                                      f"{sum((found - expected).values())} of {sum(expected.values())} notes")
            print(f"{path.name}  {METRES[number % len(METRES)]}  {sum(expected.values())} notes")
    print("\n".join(faults))
    print(f"{options.pieces} pieces, readers: {', '.join(readers)}; faults: {len(faults)}")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
