// The score view: Verovio (LGPL, /licences.txt), loaded when it is first opened.
import createModule from "verovio/wasm";
import { VerovioToolkit } from "verovio/esm";

let toolkit: Promise<VerovioToolkit> | null = null;

// Pages of the score as SVG elements, as wide as the place.
export async function pagesOf(musicxml: string, width: number): Promise<SVGElement[]> {
  toolkit ??= createModule().then((module: unknown) => new VerovioToolkit(module));
  const score = await toolkit;
  const scale = width < 600 ? 32 : 42;
  score.setOptions({
    scale,
    pageWidth: Math.round((width * 100) / scale),
    pageHeight: 2400,
    adjustPageHeight: true,
    pageMarginTop: 60,
    pageMarginBottom: 40,
    header: "none",
    footer: "none",
    svgViewBox: true,
    svgRemoveXlink: true,
    smuflTextFont: "embedded",
  });
  score.loadData(musicxml);
  const parser = new DOMParser();
  return Array.from({ length: score.getPageCount() }, (_, i) => {
    const svg = score.renderToSVG(i + 1);
    addFont(svg);
    const page = parser.parseFromString(svg.replace(/<style[^]*?<\/style>/g, ""), "image/svg+xml").documentElement;
    return document.importNode(page, true) as unknown as SVGElement;
  });
}

// The page's policy forbids styles within a picture: page.css has their rules, and the font of note signs in texts is added
// from its bytes.
let hasFont = false;
function addFont(svg: string) {
  const font = svg.match(/font-family: '(\w+)';\s*src: url\(data:[^,]*base64,([^)]+)\)/);
  if (hasFont || !font) return;
  hasFont = true;
  const face = new FontFace(font[1], Uint8Array.from(atob(font[2]), (c) => c.charCodeAt(0)));
  document.fonts.add(face);
}
