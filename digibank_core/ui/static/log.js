// The form of a counter: what stays the same stays filled in, one tap chooses the subject,
// one visitor may have several questions, and what was just saved can be undone.

const ICONS = {
  "itsme-eid":
    "M6 8h20a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3V11a3 3 0 0 1 3-3zM11 12a3 3 0 1 0 .1 0M6.500 21c1-3 8-3 9 0M19 13h6M19 18h6",
  "smartphone-tablet":
    "M12 3h8a3 3 0 0 1 3 3v20a3 3 0 0 1-3 3h-8a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3zM14 25h4",
  "burgerprofiel-premies":
    "M6 28V11l10-7 10 7v17zM16 10.500a2.500 2.500 0 1 0 .1 0M11 23c1-5 9-5 10 0",
  "e-mail": "M3 9a2 2 0 0 1 2-2h22a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zM4 9l12 9 12-9",
  "apps-tickets": "M3 12V8h26v4a4 4 0 0 0 0 8v4H3v-4a4 4 0 0 0 0-8zM19 9v3M19 15v3M19 21v2",
  belastingen: "M7 3h12l6 6v20H7zM19 3v6h6M12 23l8-8M12.500 15.500h.1M19.500 22.500h.1",
  bankieren: "M3 9a2 2 0 0 1 2-2h22a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zM3 13h26M8 20h6",
  "privacy-phishing": "M16 3 5 7v8c0 8 5 12 11 14 6-2 11-6 11-14V7zM11 16l4 4 7-8",
  laptop: "M8 6h16a2 2 0 0 1 2 2v12H6V8a2 2 0 0 1 2-2zM2 25h28",
  gezondheid:
    "M16 28C4 19 3 13 5 9c3-5 9-4 11 1 2-5 8-6 11-1 2 4 1 10-11 19zM16 13v7M12.500 16.500h7",
  "foto-opslag":
    "M6 6h20a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3V9a3 3 0 0 1 3-3zM11 10.500a2.500 2.500 0 1 0 .1 0M5 24l8-7 5 4 5-6 6 7",
  "formulieren-attesten": "M7 3h18v26H7zM11 9h10M11 14h10M11 19h6M18 24l2 2 4-5",
  smartschool: "M16 5 2 12l14 7 14-7zM8 15v7c3 4 13 4 16 0v-7M29 13v8",
  "cv-solliciteren": "M4 11h24v16H4zM12 11V6h8v5M4 18h24",
  videobellen: "M5 9h14a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V11a2 2 0 0 1 2-2zM21 14l8-4v12l-8-4",
};
const QUESTION = "M16 4a12 12 0 1 0 .1 0M12.500 13c0-5 7.500-4.500 7.500 0 0 3-4 3-4 6M16 23.500h.1";
const SVG = "http://www.w3.org/2000/svg";

function icon(path) {
  const [svg, line] = ["svg", "path"].map((tag) => document.createElementNS(SVG, tag));
  const drawn = { viewBox: "0 0 32 32", fill: "none", stroke: "currentColor", "stroke-width": 2.2 };
  const ends = { "stroke-linecap": "round", "stroke-linejoin": "round" };
  const hidden = { "aria-hidden": "true", focusable: "false" };
  for (const [name, value] of Object.entries({ ...drawn, ...ends, ...hidden })) {
    svg.setAttribute(name, value);
  }
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** Hide by style too: a grid or a flex box is shown in spite of the attribute alone. */
function hide(node, isHidden) {
  node.hidden = isHidden;
  node.style.display = isHidden ? "none" : "";
}

function button(text, onClick, about) {
  const node = make("button", { class: "btn", type: "button" }, text);
  if (about) node.append(make("span", { class: "sr" }, ` ${about}`));
  node.addEventListener("click", onClick);
  return node;
}

/** One choice of known subjects, each a tile with a picture. */
class TilesField extends RadioField {
  draw() {
    const node = super.draw();
    this.choices.className = "tiles";
    for (const radio of this.radios) {
      radio.parentNode.className = "tile";
      radio.after(icon(ICONS[radio.value] ?? QUESTION));
      Object.assign(radio.parentNode.lastChild.style, { overflowWrap: "anywhere", hyphens: "auto" });
    }
    return node;
  }

  focus() {
    super.focus();
    this.node.scrollIntoView({ block: "nearest" }); // on a phone: as many tiles as fit
  }
}

/** Earlier questions of the same visitor, sent as JSON; each can be taken away again. */
class QuestionsField extends Field {
  draw() {
    this.questions = [];
    this.list = make("ol", { class: "plain stack-s" });
    const legend = make("h3", { id: `${this.id}-title` }, this.spec.label);
    this.control = make("div", { id: this.id, tabindex: "-1" }, legend, this.list);
    const node = make("div", { class: "field" }, this.control);
    hide(node, true);
    return node;
  }

  read() {
    return JSON.stringify(this.questions.map((question) => question.data));
  }

  get state() {
    return this.questions;
  }

  write(value) {
    this.show(Array.isArray(value) ? value : []); // Python only ever begins with none
  }

  show(questions) {
    this.questions = questions;
    const rows = questions.map((question, index) => {
      const away = button("Haal weg", () => this.drop(question), `vraag ${index + 1}`);
      away.className = "btn quiet";
      return make("li", { class: "filled" }, make("span", {}, question.text), away);
    });
    this.list.replaceChildren(...rows);
    hide(this.node, questions.length === 0);
  }

  drop(question) {
    this.show(this.questions.filter((one) => one !== question));
    this.form.first.focus();
  }
}

const UNDO = { done: "ongedaan gemaakt", once: "Of kijk bij Vandaag genoteerd." };

Object.assign(FIELDS, { tiles: TilesField, questions: QuestionsField });

class LogView extends FormView {
  constructor(model, id) {
    super(model, id);
    this.undoing = this.makeSending({ label: "Maak ongedaan", words: UNDO });
    for (const kind of ["input", "change", "click", "keyup"]) {
      this.form.addEventListener(kind, () => this.arrange());
    }
    this.arrange();
  }

  get first() {
    return this.field(this.spec.begin) ?? super.first;
  }

  body(id) {
    const kept = this.spec.keep.map((name) => this.field(name).node);
    const beside = this.spec.beside.map(({ title, names }) => this.besides(title, names));
    const groups = new Map(
      this.spec.beside.map(({ names }, index) => [this.field(names[0]).node, beside[index]]),
    );
    const rest = this.fields
      .map((field) => field.node)
      .filter((node) => !kept.includes(node))
      .map((node) => groups.get(node) ?? (node.parentNode ? null : node));
    return [...(kept.length ? this.keeping(id, kept) : []), ...rest.filter((node) => node)];
  }

  /** Fields next to each other where there is room. */
  besides(title, names) {
    const nodes = names.map((name) => this.field(name).node);
    const group = make("div", { class: "form-2" }, ...nodes);
    if (!title) return group;
    for (const node of nodes) node.querySelector(".opt")?.remove(); // the title says it
    return make("fieldset", {}, make("legend", {}, title), group);
  }

  /** The line that says what is already filled in, and the fields behind it. */
  keeping(id, kept) {
    this.told = make("dl", {});
    this.panel = make("div", { id: `${id}-kept`, class: "form-2" }, ...kept);
    hide(this.panel, true);
    this.change = button("Wijzig", () => this.open(this.panel.hidden, true));
    this.change.className = "btn quiet";
    this.change.setAttribute("aria-controls", this.panel.id);
    return [make("div", { class: "filled" }, this.told, this.change), this.panel];
  }

  open(isOpen, isAsked) {
    if (!this.panel) return;
    hide(this.panel, !isOpen);
    const about = make("span", { class: "sr" }, " plaats, dag of helper");
    this.change.replaceChildren(isOpen ? "Klaar" : "Wijzig", about);
    this.change.setAttribute("aria-expanded", isOpen);
    if (isAsked && isOpen) this.field(this.spec.keep[0]).focus();
  }

  actions() {
    if (!this.spec.more) return super.actions();
    const more = button("Nog een vraag", () => this.another(), "van deze bezoeker");
    document.documentElement.style.scrollPaddingBottom = "6rem"; // what has focus stays above it
    return make("div", { class: "bar" }, this.button, more);
  }

  /** Show only the fields that matter now, and say what is filled in. */
  arrange() {
    for (const [name, conditions] of Object.entries(this.spec.only)) {
      const field = this.field(name);
      const isShown = Object.entries(conditions).every(
        ([other, values]) => values.includes(this.field(other)?.read() ?? ""),
      );
      hide(field.node, !isShown);
      if (!isShown && field.read() !== "") field.write("");
    }
    if (this.told) this.told.replaceChildren(...this.spec.keep.map((name) => this.tell(name)));
  }

  tell(name) {
    const field = this.field(name);
    if (field.node.hidden) return "";
    const [, shown] = field.spec.choices.find(([value]) => value === field.read()) ?? [];
    return make(
      "div",
      {},
      make("dt", {}, field.spec.label),
      make("dd", {}, shown ?? (field.read() || "niet ingevuld")),
    );
  }

  get question() {
    const data = Object.fromEntries(
      this.spec.more.map((name) => [name, this.field(name).read() || null]),
    );
    const { topic, result } = data;
    const [, about] = this.field("topic").spec.choices.find(([value]) => value === topic) ?? [];
    return { data, text: `${about}, ${result}` };
  }

  /** Put the question with the earlier ones and make room for the next. */
  another() {
    if (this.isWaiting) return;
    const { question, first } = this;
    first.showError(question.data.topic ? "" : "Kies eerst een onderwerp.");
    if (question.data.topic) {
      const earlier = this.fields.find((field) => field.questions);
      earlier.show([...earlier.questions, question]);
      for (const name of this.spec.more) this.field(name).write(this.began[name]);
      this.arrange();
      say(this.above, notice("info", `Genoteerd: ${question.text}. Kies de volgende vraag.`));
    }
    first.focus();
  }

  submit(event) {
    const earlier = this.fields.find((field) => field.questions?.length);
    if (earlier && !this.isWaiting && !this.first.read()) {
      const last = earlier.questions.at(-1); // there was no next question after all
      earlier.show(earlier.questions.slice(0, -1));
      for (const [name, value] of Object.entries(last.data)) this.field(name).write(value ?? "");
    }
    super.submit(event);
  }

  refuse(message) {
    if (this.spec.keep.some((name) => message.errors[name])) this.open(true);
    super.refuse(message);
  }

  renew(message) {
    const saved = this.snapshot();
    const changed = this.spec.keep.filter((name) => saved[name] !== this.began[name]);
    super.renew(message);
    for (const name of changed) this.field(name).write(saved[name]);
    this.open(false);
    this.arrange();
    if (this.spec.undo && message.kind === "saved") this.offer(message.of, saved);
  }

  /** Let people undo what was just saved, or save the same again, for as long as is allowed. */
  offer(key, saved) {
    const box = this.above.firstChild;
    const words = make("p", {}, `Je kunt dit nog ${this.spec.undo} seconden ongedaan maken.`);
    const undo = button("Maak ongedaan", () => this.undo(key, saved));
    const again = saved.person?.value ? "" : button("Nog eens hetzelfde", () => this.again(saved));
    box.firstChild.append(words);
    box.append(undo, again);
    clearTimeout(this.offered);
    this.offered = setTimeout(() => {
      if (undo === document.activeElement) this.first.focus();
      undo.remove();
      words.remove();
      this.undoing.isTold = false;
    }, this.spec.undo * 1000);
  }

  again(saved) {
    if (this.isWaiting) return;
    this.write(saved);
    this.form.requestSubmit();
  }

  undo(key, saved) {
    if (this.isWaiting) return;
    this.undone = saved;
    this.undoing.key = key;
    this.undoing.submit({ kind: "undo", of: key }, {});
  }

  get isWaiting() {
    return super.isWaiting || this.undoing.isWaiting;
  }

  hear(message) {
    if (message.kind !== "undone") return super.hear(message);
    if (!this.undoing.take(message)) return;
    say(this.above, notice(message.done ? "ok" : "warn", message.text));
    if (message.done) this.write(this.undone);
    this.arrange();
    this.keep();
    this.first.focus();
    this.above.scrollIntoView({ block: "nearest" });
  }

  remove() {
    clearTimeout(this.offered);
    this.undoing.end();
    super.remove();
  }
}

VIEWS.log = LogView;
