// The roll call: choose a session, note who was there, save the list as one whole.
// What is noted but not saved stays in this tab, by session, until it is saved.

const LOW = 480; // pixels of height below which the bar does not stay in view
const LABEL = "Bewaar de lijst";
const SEGMENTS = [
  ["", "open", "nog niet genoteerd"],
  ["aanwezig", "yes", "aanwezig"],
  ["verontschuldigd", "excused", "verontschuldigd"],
  ["afwezig", "no", "afwezig"],
];

const rows = (number) => (number === 1 ? "1 rij" : `${number} rijen`);

/** One person: a name, and four segments of which the first says nothing. */
class Row {
  constructor(line, number, id, roll) {
    Object.assign(this, { line, id, roll });
    const name = make("p", { class: "what strong", id: `${id}-name` }, line.name);
    this.note = make("p", { class: "small strong", id: `${id}-note` }, line.note);
    const about = line.detail && make("p", { class: "small soft" }, line.detail);
    for (const text of [name, this.note, about]) if (text) text.style.margin = 0;
    this.node = make(
      "li",
      {},
      make("span", { class: "nr" }, String(number)),
      make("div", {}, name, about, this.note),
      roll.sheet.open ? this.segments() : make("p", {}, line.mark || "nog niet genoteerd"),
    );
  }

  segments() {
    this.radios = SEGMENTS.map(([value]) =>
      make("input", { type: "radio", name: this.id, value, "aria-describedby": this.note.id }),
    );
    const labels = SEGMENTS.map(([, kind, word], index) =>
      make("label", { class: kind }, this.radios[index], make("span", {}, word)),
    );
    for (const radio of this.radios) {
      radio.style.scrollMarginBlock = "9rem"; // clear of the bar with the button
      radio.addEventListener("change", () => this.roll.note(this, radio.value));
    }
    this.show(this.roll.draft.get(this.line.person)?.mark ?? this.line.mark);
    return make(
      "div",
      { class: "seg", role: "radiogroup", "aria-labelledby": `${this.id}-name` },
      ...labels,
    );
  }

  get mark() {
    return this.radios ? this.radios.find((radio) => radio.checked).value : this.line.mark;
  }

  show(mark) {
    for (const radio of this.radios) radio.checked = radio.value === mark;
  }

  /** Take in what Python says of this row now; a remark on it takes the draft away. */
  renew(line) {
    this.line = line;
    this.note.textContent = line.note;
    if (this.radios) this.show(this.roll.draft.get(line.person)?.mark ?? line.mark);
  }
}

class RollView {
  constructor(model, id) {
    Object.assign(this, { model, id, drafts: new Map(), lines: [] });
    this.told = make("div", { class: "sr", role: "status" });
    this.failed = make("div", { class: "sr", role: "alert" });
    for (const region of [this.told, this.failed]) region.style.flexBasis = "100%";
    this.button = make("button", { class: "btn primary", type: "button" }, LABEL);
    this.button.addEventListener("click", () => this.save());
    this.sending = new Sending({
      key: model.get("key"),
      label: LABEL,
      send: (message) => model.send(message),
      wait: (isWaiting) => this.wait(isWaiting),
      region: this.failed,
    });
    this.kept = make("div", { class: "sr", role: "status" });
    this.picker = make("ul", { class: "rows" });
    this.home = make("h2", { id: `${id}-home`, tabindex: -1 }, "Lessen");
    this.chooser = make("section", { class: "card", "aria-labelledby": this.home.id });
    this.paper = make("section", { class: "card", hidden: true });
    this.trouble = make("div", { class: "sr", role: "alert" });
    this.node = make("div", {}, this.kept, this.trouble, this.chooser, this.paper);
    this.node.style.overflowWrap = "anywhere"; // a name may be one very long word
    this.heard = (message) => this.hear(message);
    this.listed = () => this.drawChooser();
    this.changed = () => this.take();
    // a draft does not outlive the tab; a page that is broken may be loaded again
    const isBroken = () => document.documentElement.dataset.line;
    this.leaving = (event) => this.hasDrafts && !isBroken() && event.preventDefault();
    model.on("msg:custom", this.heard);
    model.on("change:sessions", this.listed);
    model.on("change:sheet", this.changed);
    addEventListener("beforeunload", this.leaving);
    this.restore();
    this.drawChooser();
    this.take();
  }

  remove() {
    this.model.off("msg:custom", this.heard);
    this.model.off("change:sessions", this.listed);
    this.model.off("change:sheet", this.changed);
    removeEventListener("beforeunload", this.leaving);
    this.sending.end();
  }

  /** Bring back what was noted before the page was loaded again. */
  restore() {
    this.store = new Draft("aanwezigheden");
    const sessions = this.store.take()?.sessions ?? [];
    for (const [session, marks] of sessions) this.drafts.set(session, new Map(marks));
    this.keep();
    if (!sessions.length) return;
    const text = "Open de les en bewaar de lijst.";
    say(this.kept, draftNotice(text, () => this.throwAway()));
  }

  keep() {
    const noted = [...this.drafts].filter(([, draft]) => draft.size);
    if (noted.length) {
      this.store.keep({ sessions: noted.map(([session, draft]) => [session, [...draft]]) });
    } else {
      this.store.drop();
      say(this.kept);
    }
  }

  throwAway() {
    this.drafts.clear();
    this.drawChooser();
    for (const row of this.lines) row.renew(row.line);
    if (this.paper.hidden) this.keep();
    else this.count();
    (this.paper.hidden ? this.home : this.title).focus();
  }

  get hasDrafts() {
    return [...this.drafts.values()].some((draft) => draft.size);
  }

  get draft() {
    return this.draftOf(this.sheet.session);
  }

  draftOf(session) {
    if (!this.drafts.has(session)) this.drafts.set(session, new Map());
    return this.drafts.get(session);
  }

  drawChooser() {
    const sessions = this.model.get("sessions");
    const empty = make(
      "div",
      { class: "empty" },
      make("p", { class: "strong" }, "Er zijn nu geen lessen"),
      make("p", { class: "soft small" }, "Een les die gepland wordt, staat hier."),
    );
    this.picker.replaceChildren(...sessions.map((one) => this.choice(one)));
    this.chooser.replaceChildren(this.home, sessions.length ? this.picker : empty);
  }

  choice({ session, what, when, story, badge: [kind, word], act }) {
    const button = make("button", { class: "btn", type: "button" }, act);
    button.append(make("span", { class: "sr" }, `${what}, ${when}`));
    button.addEventListener("click", () => this.model.send({ kind: "open", session }));
    const waiting = this.drafts.get(session)?.size;
    return make(
      "li",
      {},
      make(
        "div",
        {},
        make("p", { class: "what" }, what),
        make("p", { class: "detail" }, `${when}. ${story}`),
        waiting && make("p", { class: "detail strong" }, `${rows(waiting)} nog niet bewaard`),
      ),
      make("span", { class: `badge ${kind}` }, word),
      button,
    );
  }

  /** Show the sheet that Python holds; keep what is noted here and not saved yet. */
  take() {
    const before = this.sheet;
    this.sheet = this.model.get("sheet");
    const isOpen = this.sheet.session !== undefined;
    this.paper.hidden = !isOpen;
    this.chooser.hidden = isOpen;
    if (!isOpen) return;
    for (const line of this.sheet.lines) {
      const draft = this.draft.get(line.person);
      if (draft && ![draft.mark, draft.over].includes(line.mark)) line.note ||= remark(line, draft);
      if (line.note || draft?.mark === line.mark) this.draft.delete(line.person);
    }
    const people = this.sheet.lines.map((line) => line.person).join();
    const isSame = before?.session === this.sheet.session && before.open === this.sheet.open;
    if (isSame && people === this.people) {
      this.sheet.lines.forEach((line, index) => this.lines[index].renew(line));
    } else {
      this.draw();
    }
    this.people = people;
    this.count();
    if (before?.turn !== this.sheet.turn) this.title.focus();
  }

  draw() {
    const { title, facts, lines, open, why } = this.sheet;
    this.title = make("h2", { id: `${this.id}-title`, tabindex: -1 }, title);
    this.paper.setAttribute("aria-labelledby", this.title.id);
    this.summary = null;
    this.unmarked = make("span", { class: "count", role: "status" });
    this.others = make("button", { class: "btn", type: "button" });
    this.others.addEventListener("click", () => this.markOthers());
    this.lines = lines.map((line, at) => new Row(line, at + 1, `${this.id}-${at}`, this));
    this.paper.replaceChildren(
      this.back(),
      make("div", { class: "card-head" }, this.title, this.unmarked),
      this.about(facts),
      ...(why ? [this.closed(why)] : []),
      ...(open && lines.length ? [this.shortcut()] : []),
      lines.length
        ? make("ol", { class: "roll" }, ...this.lines.map((line) => line.node))
        : make("p", { class: "soft" }, "Er staat nog niemand op deze lijst."),
      ...(open && lines.length ? [this.bar()] : []),
    );
  }

  back() {
    const button = make("button", { class: "btn quiet", type: "button" }, "Kies een andere les");
    button.addEventListener("click", () => {
      this.model.send({ kind: "close" });
      this.drawChooser();
      this.chooser.hidden = false;
      this.paper.hidden = true;
      this.home.focus();
    });
    return make("div", { class: "actions" }, button);
  }

  about(facts) {
    const pairs = facts.map(([name, value]) =>
      make("div", {}, make("dt", {}, name), make("dd", {}, value)),
    );
    const node = make("div", { class: "filled" }, make("dl", {}, ...pairs));
    node.style.marginBottom = "var(--s4)";
    return node;
  }

  closed(why) {
    const reopen = make("button", { class: "btn", type: "button" }, "Heropen de lijst");
    reopen.addEventListener("click", () => this.model.send({ kind: "reopen" }));
    const words = make("div", {}, make("p", {}, why));
    return make("div", { class: "notice" }, words, this.sheet.complete && reopen);
  }

  shortcut() {
    const hint = make("span", { class: "small soft" }, "Wat je al noteerde, blijft zo.");
    const node = make("div", { class: "actions" }, this.others, hint);
    node.style.marginBottom = "var(--s4)";
    return node;
  }

  bar() {
    this.summary = make("span", { class: "strong" });
    say(this.told);
    say(this.failed);
    const bar = make("div", { class: "bar" }, this.told, this.failed, this.summary, this.button);
    if (innerHeight < LOW) bar.style.position = "static"; // it would hide the rows when zoomed in
    return bar;
  }

  note(row, mark) {
    const { person, mark: over } = row.line;
    if (mark === over) this.draft.delete(person);
    else this.draft.set(person, { mark, over });
    this.count();
  }

  markOthers() {
    for (const row of this.lines.filter((one) => !one.mark)) {
      row.show("aanwezig");
      this.note(row, "aanwezig");
    }
    this.button.focus();
  }

  count() {
    const tally = (mark) => this.lines.filter((row) => row.mark === mark).length;
    const [open, present, excused, absent] = SEGMENTS.map(([mark]) => tally(mark));
    const all = this.lines.length;
    this.unmarked.textContent = open
      ? `${open} van ${all} nog niet genoteerd`
      : all && "Iedereen is genoteerd";
    this.others.textContent = open ? `Alle ${open} overige aanwezig` : "Alle overige aanwezig";
    if (open === 1) this.others.textContent = "De laatste ook aanwezig";
    this.others.setAttribute("aria-disabled", open === 0);
    this.keep();
    if (!this.summary) return;
    const waiting = this.draft.size ? ` ${rows(this.draft.size)} nog niet bewaard.` : "";
    this.summary.textContent =
      `${present} aanwezig, ${excused} verontschuldigd, ${absent} afwezig, ${open} open.${waiting}`;
  }

  save() {
    const { session } = this.sheet;
    const marks = Object.fromEntries([...this.draft].map(([person, { mark }]) => [person, mark]));
    this.sending.submit({ kind: "save", session, marks }, marks);
  }

  wait(isWaiting) {
    this.button.setAttribute("aria-disabled", isWaiting);
    this.button.textContent = isWaiting ? "Bezig met bewaren" : LABEL;
  }

  hear(message) {
    const isTrouble = message.kind === "trouble";
    say(this.trouble, ...(isTrouble ? [notice("bad", message.text)] : []));
    if (!isTrouble && this.sending.take(message)) this.answer(message);
  }

  answer({ kind, text }) {
    const isBad = kind === "refused";
    say(this.told, ...(isBad ? [] : [notice("ok", text)]));
    if (!isBad) return;
    say(this.failed, notice("bad", text));
    const wrong = this.lines.find((row) => row.line.note);
    wrong?.radios?.find((radio) => radio.checked).focus();
  }
}

/** What stands on a row that somebody else noted while this draft was waiting. */
function remark(line, draft) {
  const [now, chosen] = [line.mark, draft.mark].map((mark) => mark || "nog niet genoteerd");
  return `Iemand anders noteerde intussen: ${now}. Jij koos: ${chosen}.`;
}

let views = 0;

function render({ model, el }) {
  views += 1;
  const view = new RollView(model, `roll-${views}`);
  el.append(view.node);
  return () => view.remove();
}

export default { render };
