#!/usr/bin/python3
"""Makes docs/samples anew: composes, draws, renders, encodes to Ogg Vorbis and writes the page that plays them.

Usage: tools/make_samples.py [--page-only] PROGRAM      (needs oggenc, of vorbis-tools, and a SoundFont)
"""
import argparse
import html
import json
import os
import subprocess
import tempfile

FOLDER = "docs/samples"
PALETTES = ("string-quartet", "orchestra", "chamber", "guitar", "chiptune")  # that play the whole story too
QUADRANTS = {"Q1": "Happy and lively", "Q2": "Angry or afraid", "Q3": "Sad", "Q4": "Calm and content"}

STYLE = """
:root { color-scheme: light dark; --text: #1d2433; --soft: #5b6472; --line: #d9dde5; --card: #ffffff; --page: #f5f6f9; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e9ef; --soft: #9aa4b5; --line: #333b4a; --card: #1c222d; --page: #12161e; }
  img { filter: invert(1) hue-rotate(180deg); }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 17px/1.55 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
p { margin: .4rem 0; }
.soft { color: var(--soft); font-size: .92rem; }
.pieces { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); gap: 1rem; }
article { background: var(--card); border: 1px solid var(--line); border-radius: .7rem; padding: 1rem; overflow: hidden; }
article.wide p { white-space: pre-line; }
audio { width: 100%; margin: .6rem 0 .2rem; display: block; }
img { width: 100%; height: auto; display: block; border-radius: .4rem; }
a { color: inherit; }
"""

SCRIPT = """
document.addEventListener('play', event => {
  for (const audio of document.querySelectorAll('audio')) if (audio !== event.target) audio.pause();
}, true);
"""


def run(*command):
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)


def compose(program):
    run(program, "compose", "--lines", f"{FOLDER}/samples.tsv", "--bars", 16, "-o", FOLDER)
    for name, palette in [("harbour", "piano"), *((f"harbour-{palette}", palette) for palette in PALETTES)]:
        run(program, "compose", f"{FOLDER}/harbour.txt", "--palette", palette, "-o", f"{FOLDER}/{name}.mid",
            "-o", f"{FOLDER}/{name}.svg")


def render(program, name):
    if not name.startswith("harbour"):  # with its arc, which a MIDI file has not
        run(program, "inspect", f"{FOLDER}/{name}.mid", "--picture", f"{FOLDER}/{name}.svg")
    with tempfile.TemporaryDirectory() as scratch:
        run(program, "render", f"{FOLDER}/{name}.mid", "-o", f"{scratch}/piece.wav")
        run("oggenc", "-Q", "-q", 0, "--downmix", "--resample", 32000, "-s", 1, "--discard-comments",
            f"{scratch}/piece.wav", "-o", f"{FOLDER}/{name}.ogg")


def card(name, text, note, kind=""):
    return f"""<article{kind}>
<p>{html.escape(text)}</p>
<audio controls preload="metadata" src="{name}.ogg"></audio>
<p class="soft">{html.escape(note)} · <a href="{name}.mid">MIDI</a> · <a href="{name}.svg">picture</a></p>
<a href="{name}.svg"><img src="{name}.svg" alt="Notes of this piece in time" loading="lazy"></a>
</article>"""


def page(pieces, story):
    parts = [f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>story2midi: samples</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>story2midi: samples</h1>
<p>The program wrote each piece for the text above it. Nobody chose them by ear. The sound is General
MIDI.</p>
<p class="soft">Your browser must play Ogg Vorbis. If it does not, download the MIDI files.</p>
<h2>A whole story</h2>
{card("harbour", story, "composed with the default settings", ' class="wide"')}"""]
    parts.append('<h2>The same story, five palettes</h2>\n<div class="pieces">')
    for palette in PALETTES:
        parts.append(card(f"harbour-{palette}", palette.replace("-", " ").capitalize(), f"--palette {palette}"))
    parts.append("</div>")
    for quadrant, title in QUADRANTS.items():
        parts.append(f'<h2>{title}</h2>\n<div class="pieces">')
        for piece in pieces:
            if piece["quadrant"] == quadrant:
                note = f'{piece["key"]}, {piece["meter"]}, {piece["tempo"]:.0f} quarters per minute'
                parts.append(card(piece["file"].removesuffix(".mid"), piece["text"], note))
        parts.append("</div>")
    return "\n".join(parts) + f"\n</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--page-only", action="store_true", help="write the page from what is there")
    parser.add_argument("program", nargs="?")
    options = parser.parse_args()
    if not options.page_only:
        compose(options.program)
        names = sorted(name.removesuffix(".mid") for name in os.listdir(FOLDER) if name.endswith(".mid"))
        for name in names:
            render(options.program, name)
    pieces = [json.loads(line) for line in open(f"{FOLDER}/intended.jsonl", encoding="utf-8")]
    story = open(f"{FOLDER}/harbour.txt", encoding="utf-8").read().strip()
    with open(f"{FOLDER}/index.html", "w", encoding="utf-8") as out:
        out.write(page(pieces, story))


if __name__ == "__main__":
    main()
