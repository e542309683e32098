// The story: a text field whose sentences bear their colours, and whose words light as the music passes them.
import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import * as actions from "./actions";
import { colourOf } from "./colour";
import { byteAt, sectionTimes } from "./plan";
import * as state from "./state";

const example =
  "The last ship had gone, and the harbour lay silent in the rain. She waited until the lamps went out. " +
  "Nobody came, and the cold crept up from the water.\n\n" +
  "Then, far over the sea, a small light answered hers. She shouted and ran along the pier, laughing, " +
  "and all the bells of the town began to ring for joy.";

interface Word {
  byte: number; // where it begins
  node: Text;
  start: number;
  end: number;
}
const canHighlight = typeof Highlight === "function";

// Passages are byte ranges of the text; spans behind the letters show their colours.
function paint(place: HTMLElement): Word[] {
  const passages = state.isRead.value ? state.reading.value!.passages : [];
  const encoder = new TextEncoder();
  const bytes = encoder.encode(state.text.value);
  const decoder = new TextDecoder();
  const words: Word[] = [];
  const parts: Node[] = [];
  let done = 0;
  for (const p of passages) {
    parts.push(document.createTextNode(decoder.decode(bytes.subarray(done, p.start_byte))));
    const mark = document.createElement("mark");
    const node = document.createTextNode(decoder.decode(bytes.subarray(p.start_byte, p.end_byte)));
    let byte = p.start_byte;
    let at = 0;
    for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
      byte += encoder.encode(node.data.slice(at, index)).length;
      at = index!;
      words.push({ byte, node, start: index!, end: index! + word.length });
    }
    mark.append(node);
    parts.push(mark);
    done = p.end_byte;
  }
  parts.push(document.createTextNode(decoder.decode(bytes.subarray(done)) + "\n"));
  place.replaceChildren(...parts);
  return words;
}

function lastAtMost(words: Word[], byte: number): Word | undefined {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (words[middle].byte <= byte) low = middle + 1;
    else high = middle;
  }
  return words[low - 1];
}

export function Story() {
  const colours = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const words = useRef<Word[]>([]);
  const lit = useRef<Word>();

  const colour = (passages: state.Feeling[]) => {
    const marks = colours.current!.querySelectorAll("mark");
    passages.forEach((p, i) => marks[i]?.style.setProperty("--feeling", colourOf(p.valence, p.arousal)));
  };
  useSignalEffect(() => {
    words.current = paint(colours.current!);
    colour(state.passages.peek());
    colours.current!.scrollTop = field.current!.scrollTop;
  });
  useSignalEffect(() => colour(state.passages.value));
  useSignalEffect(() => {
    const { value: plan } = state.shownPlan;
    const take = state.shownTake.value;
    const seconds = state.time.value;
    const byte = plan && take && seconds > 0 ? byteAt(plan, sectionTimes(plan, take.bars), seconds) : -1;
    const word = lastAtMost(words.current, byte);
    if (word === lit.current) return;
    lit.current?.node.parentElement?.classList.remove("lit");
    lit.current = word;
    field.current!.dataset.word = word?.node.data.slice(word.start, word.end) ?? "";
    if (canHighlight) CSS.highlights.delete("word");
    if (!word?.node.isConnected) return;
    const mark = word.node.parentElement!;
    mark.classList.add("lit");
    const range = document.createRange();
    range.setStart(word.node, word.start);
    range.setEnd(word.node, word.end);
    if (canHighlight) CSS.highlights.set("word", new Highlight(range));
    if (document.activeElement === field.current || !state.isPlaying.value) return;
    const line = range.getBoundingClientRect();
    const box = field.current!.getBoundingClientRect();
    if (line.top < box.top + 20 || line.bottom > box.bottom - 40) field.current!.scrollTop += line.top - box.top - box.height / 3;
  });
  useEffect(() => {
    const dropped = (event: DragEvent) => {
      event.preventDefault();
      document.body.classList.toggle("dropping", event.type === "dragover");
      if (event.type === "drop" && event.dataTransfer?.files[0]) actions.takeFile(event.dataTransfer.files[0]);
    };
    for (const name of ["dragover", "dragleave", "drop"] as const) addEventListener(name, dropped);
  }, []);

  const isEmpty = !state.text.value.trim();
  return (
    <section id="story" class="card" aria-labelledby="story-title">
      <div class="head">
        <h2 id="story-title">Story</h2>
        <button type="button" id="open" class="quiet" onClick={() => file.current!.click()}>
          Open a file
        </button>
        <input
          ref={file}
          id="file"
          type="file"
          hidden
          accept=".txt,.md,.html,.htm,.srt,.vtt,.fountain,.epub"
          onChange={(event) => event.currentTarget.files?.[0] && actions.takeFile(event.currentTarget.files[0])}
        />
      </div>
      <div id="editor">
        <div id="colours" ref={colours} aria-hidden="true" />
        <textarea
          id="text"
          ref={field}
          aria-label="The story"
          spellcheck={false}
          value={state.text.value}
          placeholder="Write or paste a story here."
          onInput={(event) => actions.write(event.currentTarget.value)}
          onScroll={(event) => (colours.current!.scrollTop = event.currentTarget.scrollTop)}
        />
        {isEmpty && (
          <div class="empty">
            <p>Or drop a file: text, Markdown, HTML, subtitles, a screenplay, an EPUB.</p>
            <button
              type="button"
              id="sample"
              onClick={() => {
                state.format.value = "text";
                state.text.value = example;
                actions.readStory();
                field.current!.focus();
              }}
            >
              Try an example
            </button>
          </div>
        )}
      </div>
      <p id="told" class={state.storyFault.value ? "fault" : "faint"} role="status">
        {state.storyFault.value || state.storyNote.value || "Your words go to this service alone."}
      </p>
    </section>
  );
}
