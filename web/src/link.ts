// A link that holds text, plan and seed: in the fragment, which no server sees.
import type { Plan } from "./api";
import type { Wishes } from "./state";

export interface Shared {
  text: string;
  format: string;
  wishes: Wishes;
  plan: Plan | null;
}

const through = async (bytes: BlobPart, how: GenericTransformStream) =>
  new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(how as ReadableWritablePair)).arrayBuffer());

export async function linkTo(shared: Shared): Promise<string> {
  const bytes = await through(JSON.stringify(shared), new CompressionStream("deflate-raw"));
  let binary = "";
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  const code = btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  return `${location.origin}${location.pathname}#s=${code}`;
}

// Nothing where the fragment holds none, or a damaged one.
export async function sharedIn(fragment: string): Promise<Shared | null> {
  const code = fragment.match(/^#s=([\w-]+)$/)?.[1];
  if (!code) return null;
  try {
    const binary = atob(code.replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = await through(Uint8Array.from(binary, (c) => c.charCodeAt(0)), new DecompressionStream("deflate-raw"));
    const shared = JSON.parse(new TextDecoder().decode(bytes));
    return typeof shared.text === "string" ? shared : null;
  } catch {
    return null;
  }
}
