// The path on the plane of valence and arousal, and the arc over the story.
import type { Passage } from "./api";
import { colourOf } from "./colour";

const svg = "http://www.w3.org/2000/svg";

function draw(name: string, attributes: Record<string, string | number>, text = ""): SVGElement {
  const element = document.createElementNS(svg, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.textContent = text;
  return element;
}

function titled(element: SVGElement, passage: Passage): SVGElement {
  const number = (value: number) => (value >= 0 ? "+" : "−") + Math.abs(value).toFixed(2);
  const words = passage.text.length > 80 ? passage.text.slice(0, 80) + "…" : passage.text;
  element.append(draw("title", {}, `${words}\nvalence ${number(passage.valence)}, arousal ${number(passage.arousal)}`));
  return element;
}

const clamp = (value: number) => Math.max(-1, Math.min(1, value));

export function drawPlane(chart: SVGElement, passages: Passage[]) {
  const x = (valence: number) => 110 + 92 * clamp(valence);
  const y = (arousal: number) => 110 - 92 * clamp(arousal);
  const parts = [
    draw("rect", { x: 8, y: 8, width: 204, height: 204, rx: 12, class: "ground" }),
    draw("path", { d: "M110 14V206M14 110H206", class: "axis" }),
    draw("text", { x: 206, y: 104, "text-anchor": "end", class: "word" }, "pleasant"),
    draw("text", { x: 14, y: 104, class: "word" }, "unpleasant"),
    draw("text", { x: 115, y: 24, class: "word" }, "excited"),
    draw("text", { x: 115, y: 202, class: "word" }, "calm"),
  ];
  const points = passages.map((p) => `${x(p.valence).toFixed(1)} ${y(p.arousal).toFixed(1)}`);
  if (points.length > 1) parts.push(draw("path", { d: "M" + points.join("L"), class: "path" }));
  passages.forEach((p, i) => {
    const isEnd = i === passages.length - 1;
    const fill = colourOf(p.valence, p.arousal);
    parts.push(titled(draw("circle", { cx: x(p.valence), cy: y(p.arousal), r: isEnd ? 7 : 5, fill, class: "point" }), p));
  });
  chart.replaceChildren(...parts);
}

export function drawArc(chart: SVGElement, passages: Passage[]) {
  const total = passages.at(-1)?.end_byte ?? 1;
  const x = (p: Passage) => 10 + (420 * (p.start_byte + p.end_byte)) / 2 / total;
  const y = (value: number) => 110 - 92 * clamp(value);
  const parts = [
    draw("rect", { x: 0, y: 8, width: 440, height: 204, rx: 12, class: "ground" }),
    draw("path", { d: "M8 110H432", class: "axis" }),
  ];
  for (const p of passages)
    parts.push(
      titled(
        draw("rect", {
          x: 10 + (420 * p.start_byte) / total,
          y: 14,
          width: Math.max(1, (420 * (p.end_byte - p.start_byte)) / total),
          height: 192,
          fill: colourOf(p.valence, p.arousal),
          class: "stretch",
        }),
        p,
      ),
    );
  for (const axis of ["arousal", "valence"] as const) {
    const points = passages.map((p) => `${x(p).toFixed(1)} ${y(p[axis]).toFixed(1)}`);
    if (points.length > 1) parts.push(draw("path", { d: "M" + points.join("L"), class: `line ${axis}` }));
    else if (points.length) parts.push(draw("path", { d: `M10 ${y(passages[0][axis])}H430`, class: `line ${axis}` }));
  }
  chart.replaceChildren(...parts);
}
