// The fields that ask Python something while they are filled in: a search and a scan.

const SEARCH_DELAY = 150; // milliseconds after the last key
const LEAST_LETTERS = 2;

/** A combobox. Python searches, the person chooses; text that was only typed is no choice. */
class SearchField extends Field {
  draw() {
    this.list = make("ul", {
      class: "listbox",
      id: `${this.id}-list`,
      role: "listbox",
      "aria-label": "Zoekresultaten",
      hidden: true,
    });
    this.status = make("p", { class: "help", role: "status" });
    const node = super.draw();
    node.append(this.list, this.status);
    this.control.addEventListener("input", () => this.typed());
    this.control.addEventListener("keydown", (event) => this.pressed(event));
    this.control.addEventListener("blur", () => this.left());
    this.write("");
    return node;
  }

  drawControl(attributes) {
    return make("input", {
      ...attributes,
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
      spellcheck: "false",
    });
  }

  get query() {
    return this.control.value.trim();
  }

  get unchosen() {
    return !this.chosen && this.query !== "";
  }

  read() {
    return this.chosen;
  }

  get state() {
    return { value: this.chosen, label: this.control.value };
  }

  write(option) {
    this.chosen = option.value ?? "";
    this.control.value = option.label ?? "";
    this.status.textContent = "";
    this.close();
  }

  typed() {
    this.chosen = "";
    this.close();
    const isEnough = this.query.length >= LEAST_LETTERS;
    this.status.textContent = this.query && !isEnough ? "Typ nog een letter." : "";
    if (isEnough) this.timer = setTimeout(() => this.ask(), SEARCH_DELAY);
  }

  ask() {
    clearTimeout(this.timer);
    if (this.query.length < LEAST_LETTERS) return;
    this.form.send({ kind: "search", field: this.spec.name, query: this.query });
  }

  pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const isOpen = !this.list.hidden;
    if (step && isOpen) this.move(step);
    else if (step && this.unchosen) this.ask();
    else if (event.key === "Enter" && this.unchosen) this.enter();
    else if (event.key === "Escape" && isOpen) this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  enter() {
    if (this.active >= 0) this.choose(this.options[this.active]);
    else if (this.list.hidden) this.ask();
    else this.status.textContent = "Kies eerst met de pijltjes, druk dan op Enter.";
  }

  left() {
    this.close();
    if (this.unchosen) this.status.textContent = "Nog niets gekozen. Kies uit de lijst.";
  }

  close() {
    clearTimeout(this.timer);
    this.active = -1;
    this.list.hidden = true;
    this.control?.setAttribute("aria-expanded", "false");
    this.control?.removeAttribute("aria-activedescendant");
  }

  move(step) {
    const rows = [...this.list.children];
    const from = this.active < 0 && step < 0 ? 0 : this.active;
    this.active = (from + step + rows.length) % rows.length;
    rows.forEach((row, index) => row.setAttribute("aria-selected", index === this.active));
    this.control.setAttribute("aria-activedescendant", rows[this.active].id);
    rows[this.active].scrollIntoView({ block: "nearest" });
  }

  choose(option) {
    if (option.blocked) {
      this.status.textContent = `${option.label}: ${option.blocked}`;
      return;
    }
    this.write(option);
    const about = [option.label, option.detail].filter((part) => part).join(", ");
    this.status.textContent = `Gekozen: ${about}.`;
    this.showError("");
  }

  answer({ query, options, error }) {
    const isLate = query !== this.query || this.chosen;
    if (isLate || document.activeElement !== this.control) return;
    this.close();
    this.showError(error);
    if (!error) this.status.textContent = this.spec.nothing;
    if (!options.length) return;
    this.options = options;
    this.list.replaceChildren(...options.map((option, index) => this.row(option, index)));
    this.list.hidden = false;
    this.control.setAttribute("aria-expanded", "true");
    this.status.textContent = `${options.length} gevonden. Kies met de pijltjes, of tik erop.`;
  }

  row(option, index) {
    const row = make(
      "li",
      {
        id: `${this.list.id}-${index}`,
        role: "option",
        "aria-selected": "false",
        "aria-disabled": option.blocked ? "true" : null,
      },
      make("span", { class: option.blocked ? "soft" : null }, option.label),
      " ",
      make("span", { class: "small" }, option.blocked || option.detail),
    );
    row.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus
    row.addEventListener("click", () => this.choose(option));
    return row;
  }
}

/** A code from a scanner, which types it and then presses Enter; the answer is a card. */
class ScanField extends Field {
  draw() {
    this.card = make("div", { id: `${this.id}-card`, role: "status" });
    const node = super.draw();
    node.append(this.card);
    this.control.addEventListener("input", () => this.forget());
    this.control.addEventListener("keydown", (event) => this.pressed(event));
    this.control.addEventListener("change", () => this.ask());
    this.control.addEventListener("blur", () => this.ask());
    return node;
  }

  drawControl(attributes) {
    return make("input", {
      ...attributes,
      class: "input scan",
      autocapitalize: "characters",
      spellcheck: "false",
    });
  }

  describedBy() {
    return [...super.describedBy(), this.card];
  }

  get code() {
    return this.control.value.trim();
  }

  write(value) {
    super.write(value);
    this.forget();
  }

  /** Ask for the card again; what it fills in may have been changed since. */
  restore(value) {
    this.write(value);
    this.isKept = true;
    this.ask();
  }

  forget() {
    this.asked = "";
    this.goOn = this.isKept = false;
    this.card.replaceChildren();
  }

  pressed(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault(); // a scan is not the end of the form
    this.asked = "";
    this.goOn = true;
    this.ask();
  }

  ask() {
    if (this.code === this.asked) return;
    this.asked = this.code;
    this.form.send({ kind: "scan", field: this.spec.name, code: this.code });
  }

  answer({ code, card, error, values }) {
    if (code.trim() !== this.code) return; // another code was typed meanwhile
    this.asked = this.code;
    this.showError(error);
    this.card.replaceChildren(...(card ? [this.drawCard(card)] : []));
    if (!this.isKept) this.form.write(values);
    if (!this.goOn || document.activeElement !== this.control) return;
    this.goOn = false;
    if (card?.ready) this.form.focusAfter(this);
    else this.control.select(); // the next scan takes its place
  }

  drawCard({ ready, title, badge: [kind, word], lines }) {
    const heading = make("h3", { id: `${this.card.id}-title` }, title);
    const badge = make("span", { class: `badge ${kind}` }, word);
    const [first = "", ...rest] = lines;
    const texts = ready
      ? lines.map((line) => make("p", { class: "soft" }, line))
      : [make("p", {}, make("strong", {}, first), ` ${rest.join(" ")}`)];
    return make(
      "article",
      { class: `item ${ready ? "ready" : "blocked"}`, "aria-labelledby": heading.id },
      make("div", { class: "item-head" }, heading, badge),
      ...texts,
    );
  }
}
