import { render } from "preact";
import { readStory } from "./actions";
import { App } from "./app";
import { sharedIn } from "./link";
import * as state from "./state";
import "./page.css";

async function begin() {
  const shared = await sharedIn(location.hash);
  if (shared) {
    state.text.value = shared.text;
    state.format.value = shared.format;
    state.wishes.value = { ...state.wishes.value, ...shared.wishes };
    state.basePlan.value = shared.plan;
  }
  render(<App />, document.body);
  if (shared) readStory(!!shared.plan);
}
addEventListener("hashchange", () => location.reload());
begin();
