// The form itself: it sends what was typed to Python and shows the answer.

const PRIVATE = "Namen, contactgegevens en nota's houden we niet bij op deze computer.";

const FIELDS = {
  text: Field,
  date: ShortField,
  number: ShortField,
  note: NoteField,
  tick: TickField,
  select: SelectField,
  radios: RadioField,
  search: SearchField,
  scan: ScanField,
};

class FormView {
  constructor(model, id) {
    this.model = model;
    this.spec = model.get("spec");
    this.draft = new Draft(`${this.spec.title} ${model.get("about")}`);
    this.fields = this.spec.fields.map(
      (field) => new FIELDS[field.kind](field, `${id}-${field.name}`, this),
    );
    this.node = this.draw(id);
    this.sending = this.makeSending({ key: model.get("key"), label: this.spec.save });
    this.left = [];
    this.begin(model.get("start"));
    const earlier = this.draft.take();
    this.fill();
    if (earlier) this.restore(earlier);
    this.heard = (message) => this.hear(message);
    this.changed = () => this.fill();
    model.on("msg:custom", this.heard);
    model.on("change:filled", this.changed);
  }

  draw(id) {
    this.kept = make("div", { class: "sr", role: "status" });
    this.above = make("div", { class: "sr", role: "status" });
    this.below = make("div", { class: "sr", role: "alert" });
    this.button = make("button", { class: "btn primary big", type: "submit" }, this.spec.save);
    const title = make("h2", { id: `${id}--heading` }, this.spec.title);
    this.form = make(
      "form",
      { class: "form", novalidate: true, autocomplete: "off", "aria-labelledby": title.id },
      this.kept,
      this.above,
      ...this.body(id),
      this.below,
      this.actions(),
    );
    this.form.addEventListener("submit", (event) => this.submit(event));
    for (const kind of ["input", "change", "click"]) {
      this.form.addEventListener(kind, () => this.keep());
    }
    return make("div", { class: "card" }, title, this.form);
  }

  makeSending(given) {
    const send = (message) => this.send(message);
    const wait = (isWaiting) => this.showWaiting(isWaiting);
    return new Sending({ send, wait, region: this.below, ...given });
  }

  body() {
    return this.fields.map((field) => field.node);
  }

  actions() {
    return make("div", { class: "actions fill" }, this.button);
  }

  /** Field in which the work starts. */
  get first() {
    return this.fields[0];
  }

  remove() {
    this.model.off("msg:custom", this.heard);
    this.model.off("change:filled", this.changed);
    this.sending.end();
    this.opening?.disconnect();
  }

  send(message) {
    this.model.send(message);
  }

  hear(message) {
    if (message.kind === "options" || message.kind === "card") {
      this.field(message.field).answer(message);
    } else {
      this.answer(message);
    }
  }

  field(name) {
    return this.fields.find((field) => field.spec.name === name);
  }

  write(values) {
    for (const [name, value] of Object.entries(values)) this.field(name)?.write(value);
  }

  /** Show what Python filled in, and go on where something is still missing. */
  fill() {
    const { turn, values, cards } = this.model.get("filled");
    if (!turn) return;
    this.write(values);
    for (const card of cards) this.field(card.field).answer({ ...card, values: {} });
    this.keep();
    const isEmpty = (field) => !field.spec.optional && field.read() === "";
    this.focusWhenSeen(this.fields.find(isEmpty) ?? this.button, true);
  }

  begin(start) {
    this.write(start);
    this.began = this.snapshot();
  }

  /** All that stands in the form, so that it can be written again. */
  snapshot() {
    return Object.fromEntries(this.fields.map((field) => [field.spec.name, field.state]));
  }

  /** Keep what was typed; of what may name a person, only that it was filled in. */
  keep() {
    const now = this.snapshot();
    const isTyped = ({ name }) => JSON.stringify(now[name]) !== JSON.stringify(this.began[name]);
    const isLeft = (spec) => isTyped(spec) || this.left.includes(spec.name);
    const specs = this.fields.map((field) => field.spec);
    const typed = specs.filter((spec) => !spec.private && isTyped(spec));
    const left = specs.filter((spec) => spec.private && isLeft(spec));
    const sent = this.sending.open[0];
    if (!typed.length && !left.length && !sent) {
      this.draft.drop();
      return;
    }
    const open = specs.filter((spec) => !spec.private);
    this.draft.keep({
      values: ofFields(typed, now),
      left: left.map(({ name }) => name),
      ...(sent && { key: this.sending.key, sent: ofFields(open, sent) }),
    });
  }

  restore({ values, left, key, sent }) {
    for (const [name, value] of Object.entries(values)) this.field(name)?.restore(value);
    this.left = left.filter((name) => this.field(name));
    if (key) {
      this.sending.key = key;
      this.sending.open.push(sent);
    }
    this.keep();
    const isPlaceOnly = Object.keys(values).every((name) => this.spec.keep?.includes(name));
    if (isPlaceOnly && !left.length && !key) return;
    const labels = this.left.map((name) => this.field(name).spec.label);
    const empty = labels.length ? `Vul opnieuw in: ${labels.join(", ")}. ${PRIVATE}` : "";
    const unsure = key
      ? `We weten niet of dit bewaard is. Druk opnieuw op ${this.spec.save}. ${SAVE.once}`
      : "";
    say(this.kept, draftNotice(`${unsure} ${empty}`, () => this.throwAway()));
  }

  throwAway() {
    this.forget();
    this.sending.key = this.model.get("key");
    this.sending.open = [];
    this.write(this.began);
    this.draft.drop();
    this.first.focus();
  }

  /** There is no draft any more to speak of. */
  forget() {
    this.left = [];
    say(this.kept);
  }

  submit(event) {
    event.preventDefault();
    if (this.isWaiting) return;
    const now = this.snapshot();
    const data = this.fields.map((field) => [field.spec.name, field.read()]);
    const unchosen = this.fields.filter((field) => field.unchosen);
    this.sending.submit(
      {
        kind: "submit",
        data: Object.fromEntries(data),
        unchosen: unchosen.map((field) => field.spec.name),
      },
      now,
    );
    this.keep();
  }

  get isWaiting() {
    return this.sending.isWaiting;
  }

  showWaiting(isWaiting) {
    this.button.setAttribute("aria-disabled", isWaiting);
    this.button.classList.toggle("primary", !isWaiting);
    this.button.textContent = isWaiting ? "Bezig met bewaren" : this.spec.save;
  }

  answer(message) {
    const isWhatStands = this.sending.holds(this.snapshot());
    if (!this.sending.take(message)) return;
    say(this.above);
    if (message.kind === "refused") this.refuse(message);
    else if (isWhatStands) this.renew(message);
    else this.stay(message);
    this.keep();
  }

  /** What was saved may not be what stands here now: leave it, and say so. */
  stay({ text }) {
    for (const field of this.fields) field.showError("");
    this.forget();
    const later = "Je wijzigde hier nog iets. Kijk na of dat ook bewaard is.";
    say(this.above, notice("warn", `${text} ${later}`));
    this.above.scrollIntoView({ block: "nearest" });
  }

  refuse({ text, errors }) {
    for (const field of this.fields) field.showError(errors[field.spec.name] ?? "");
    const wrong = this.fields.filter((field) => errors[field.spec.name]);
    if (text) say(this.below, notice("bad", text));
    if (wrong.length > 1) {
      const links = make("ul", {}, ...wrong.map((field) => this.link(field)));
      say(this.above, notice("bad", `Kijk ${wrong.length} velden na.`, links));
    }
    wrong[0]?.focus();
  }

  link(field) {
    const link = make(
      "a",
      { href: `#${field.id}` },
      `${field.spec.label}: ${field.error.textContent}`,
    );
    link.addEventListener("click", (event) => {
      event.preventDefault();
      field.focus();
    });
    return make("li", {}, link);
  }

  renew({ text, start }) {
    const isAtWork = [document.body, null].includes(document.activeElement) || this.hasFocus();
    for (const field of this.fields) field.showError("");
    this.forget();
    this.begin(start);
    say(this.above, notice("ok", text));
    if (!isAtWork) return;
    this.first.focus();
    this.above.scrollIntoView({ block: "nearest" });
  }

  hasFocus() {
    return this.form.contains(document.activeElement);
  }

  focusAfter(field) {
    (this.fields[this.fields.indexOf(field) + 1] ?? this.button).focus();
  }

  /** A form may lie on a tab that is not open yet, or on a page that is still hidden. */
  focusWhenSeen(target, isAsked) {
    this.opening?.disconnect();
    this.opening = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) return;
      this.opening.disconnect();
      if (isAsked || document.activeElement === document.body) target.focus();
    });
    this.opening.observe(this.node);
  }
}

/** Those values that are of the fields with these specs. */
function ofFields(specs, values) {
  return Object.fromEntries(specs.map(({ name }) => [name, values[name]]));
}

/** A script that stands after this one may add a view of its own. */
const VIEWS = { form: FormView };

let views = 0;

function render({ model, el }) {
  views += 1;
  const { prefix, view: name = "form" } = model.get("spec");
  const view = new VIEWS[name](model, `${prefix}-${views}`);
  el.append(view.node);
  if (view.spec.focus && !view.opening) view.focusWhenSeen(view.first, false);
  return () => view.remove();
}

export default { render };
