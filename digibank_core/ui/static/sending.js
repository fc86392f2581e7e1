// Sends what people save and says what came of it: done once, or not done; never silence.

const PATIENCE = 10_000; // milliseconds before a missing answer counts as a lost connection

/** What is wrong with the line (digibank.js finds out), and what comes before a new try. */
const TROUBLE = {
  away: ["De verbinding is weg.", "Druk als ze terug is opnieuw op"],
  gone: ["Deze pagina is verlopen.", "Laad de pagina opnieuw en druk dan op"],
  out: ["Je bent afgemeld.", "Meld je weer aan en druk dan op"],
};
const SILENCE = ["Er kwam geen antwoord.", "Druk opnieuw op"];
const SAVE = { done: "bewaard", once: "Dubbel bewaren kan niet." };

/** A message whose first sentence stands out. */
function notice(kind, text, more) {
  const [head, ...rest] = text.trim().split(/(?<=\.) /);
  const body = rest.length > 0 && make("p", {}, rest.join(" "));
  const words = make("div", {}, make("p", { class: "head" }, head), body, more);
  return make("div", { class: `notice ${kind}` }, words);
}

/** Fill a live region, or take it out of sight: it has to be there before it speaks. */
function say(region, ...notices) {
  region.replaceChildren(...notices);
  region.className = notices.length ? "" : "sr";
}

/**
 * One button and the key of its next save. The key stays the same until an answer to it comes,
 * so that what is sent again is done once.
 */
class Sending {
  constructor({ key, label, send, wait, region, words = SAVE }) {
    Object.assign(this, { key, label, send, wait, region, words });
    this.open = []; // what was sent with this key and is not answered yet
    this.followed = () => this.follow();
    document.addEventListener("digibank:line", this.followed);
  }

  end() {
    clearTimeout(this.timer);
    document.removeEventListener("digibank:line", this.followed);
  }

  get trouble() {
    return TROUBLE[document.documentElement.dataset.line];
  }

  /** Send a message, unless it is known that it cannot arrive; `values` is what it holds. */
  submit(message, values) {
    if (this.isWaiting) return;
    if (this.trouble) {
      this.explain();
      return;
    }
    this.open.push(values);
    this.message = message;
    this.post();
  }

  post() {
    this.show(true);
    this.timer = setTimeout(() => {
      this.giveUp();
      document.dispatchEvent(new Event("digibank:check"));
    }, PATIENCE);
    this.send({ ...this.message, key: this.key });
  }

  show(isWaiting) {
    clearTimeout(this.timer);
    this.isWaiting = isWaiting;
    this.wait(isWaiting);
  }

  giveUp() {
    this.show(false);
    this.explain();
  }

  explain() {
    this.isTold = true;
    const { done, once } = this.words;
    const [what, then] = this.trouble ?? SILENCE;
    const isUnsure = this.open.length > 0;
    const state = isUnsure ? `We weten niet of dit ${done} is.` : `Dit is niet ${done}.`;
    const text = `${state} ${what} ${then} ${this.label}. ${isUnsure ? once : ""}`;
    say(this.region, notice("warn", text));
  }

  /** The line broke, or it came back: then ask again what became of what was sent. */
  follow() {
    if (this.trouble) {
      if (this.isWaiting || this.isTold) this.giveUp();
    } else if (this.message && this.open.length) {
      if (!this.isWaiting) this.post();
    } else if (this.isTold) {
      say(this.region, notice("info", `De verbinding is terug. Druk op ${this.label}.`));
    }
  }

  /** Whether all that may have been saved with this key is what stands on the screen now. */
  holds(values) {
    const isSame = (sent) =>
      Object.keys(sent).every((name) => JSON.stringify(sent[name]) === JSON.stringify(values[name]));
    return this.open.every(isSame);
  }

  /** Take an answer; false when it is one to what was answered before, as after two clicks. */
  take({ kind, of, key }) {
    if (of !== this.key) return false;
    this.show(false);
    this.isTold = false;
    say(this.region);
    if (kind === "refused") this.open.pop();
    else this.open = [];
    this.key = key;
    return true;
  }
}
