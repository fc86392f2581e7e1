// The form itself: it sends what was typed to Python and shows the answer.

const PATIENCE = 10_000; // milliseconds before a missing answer counts as a lost connection

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

/** A message whose first sentence stands out. */
function notice(kind, text, more) {
  const [head, ...rest] = text.split(/(?<=\.) /);
  const body = rest.length > 0 && make("p", {}, rest.join(" "));
  const words = make("div", {}, make("p", { class: "head" }, head), body, more);
  return make("div", { class: `notice ${kind}` }, words);
}

class FormView {
  constructor(model, id) {
    this.model = model;
    this.spec = model.get("spec");
    this.key = model.get("key");
    this.fields = this.spec.fields.map(
      (field) => new FIELDS[field.kind](field, `${id}-${field.name}`, this),
    );
    this.node = this.draw(id);
    this.write(model.get("start"));
    this.fill();
    this.heard = (message) => this.hear(message);
    this.changed = () => this.fill();
    model.on("msg:custom", this.heard);
    model.on("change:filled", this.changed);
  }

  draw(id) {
    this.above = make("div", { class: "sr", role: "status" });
    this.below = make("div", { class: "sr", role: "alert" });
    this.button = make("button", { class: "btn primary big", type: "submit" }, this.spec.save);
    const title = make("h2", { id: `${id}--heading` }, this.spec.title);
    this.form = make(
      "form",
      { class: "form", novalidate: true, autocomplete: "off", "aria-labelledby": title.id },
      this.above,
      ...this.body(id),
      this.below,
      this.actions(),
    );
    this.form.addEventListener("submit", (event) => this.submit(event));
    return make("div", { class: "card" }, title, this.form);
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
    clearTimeout(this.timer);
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
    const isEmpty = (field) => !field.spec.optional && field.read() === "";
    this.focusWhenSeen(this.fields.find(isEmpty) ?? this.button, true);
  }

  submit(event) {
    event.preventDefault();
    if (this.isWaiting) return;
    this.wait();
    const data = this.fields.map((field) => [field.spec.name, field.read()]);
    const unchosen = this.fields.filter((field) => field.unchosen);
    this.send({
      kind: "submit",
      key: this.key,
      data: Object.fromEntries(data),
      unchosen: unchosen.map((field) => field.spec.name),
    });
  }

  wait() {
    this.showWaiting(true);
    this.timer = setTimeout(() => this.giveUp(), PATIENCE);
  }

  rest() {
    this.showWaiting(false);
    clearTimeout(this.timer);
    this.say(this.above);
    this.say(this.below);
  }

  showWaiting(isWaiting) {
    this.isWaiting = isWaiting;
    this.button.setAttribute("aria-disabled", isWaiting);
    this.button.classList.toggle("primary", !isWaiting);
    this.button.textContent = isWaiting ? "Bezig met bewaren" : this.spec.save;
  }

  /** Fill a live region, or take it out of sight: it has to be there before it speaks. */
  say(region, ...notices) {
    region.replaceChildren(...notices);
    region.className = notices.length ? "" : "sr";
  }

  giveUp() {
    this.rest();
    const text =
      "De verbinding lijkt weg. We weten niet of dit bewaard is. " +
      `Druk opnieuw op ${this.spec.save}. Dubbel bewaren kan niet.`;
    this.say(this.below, notice("warn", text));
  }

  answer(message) {
    if (message.of !== this.key) return; // a second click on what is saved by now
    this.rest();
    this.key = message.key;
    if (message.kind === "refused") this.refuse(message);
    else this.renew(message);
  }

  refuse({ text, errors }) {
    for (const field of this.fields) field.showError(errors[field.spec.name] ?? "");
    const wrong = this.fields.filter((field) => errors[field.spec.name]);
    if (text) this.say(this.below, notice("bad", text));
    if (wrong.length > 1) {
      const links = make("ul", {}, ...wrong.map((field) => this.link(field)));
      this.say(this.above, notice("bad", `Kijk ${wrong.length} velden na.`, links));
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
    this.write(start);
    this.say(this.above, notice("ok", text));
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
