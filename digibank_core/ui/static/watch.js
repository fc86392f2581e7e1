// A form that looks along: what may be meant by what is typed stands as cards in the form.

const LOOK_DELAY = 400; // milliseconds after the last key

class WatchView extends FormView {
  constructor(model, id) {
    super(model, id);
    for (const kind of ["input", "change"]) this.form.addEventListener(kind, () => this.look());
    this.panel.addEventListener("focusout", ({ relatedTarget }) => {
      if (this.later && !this.panel.contains(relatedTarget)) this.show(this.later);
    });
  }

  body(id) {
    const { title, after } = this.spec.watch;
    const heading = make("h3", { id: `${id}--watch` }, title);
    this.told = make("p", { class: "help", role: "status" });
    this.cards = make("ul", { class: "plain stack-s" });
    const inner = make("div", {}, heading, this.told, this.cards);
    this.panel = make("section", { class: "likely sr", "aria-labelledby": heading.id }, inner);
    return this.fields.flatMap(({ node, spec }) =>
      spec.name === after ? [node, this.panel] : [node],
    );
  }

  begin(start) {
    super.begin(start);
    this.asked = this.watched();
    this.turn = (this.turn ?? 0) + 1; // an answer that is on its way comes too late
    this.answered({ turn: this.turn, cards: [], told: "" });
  }

  fill() {
    super.fill();
    this.look();
  }

  remove() {
    clearTimeout(this.timer);
    super.remove();
  }

  watched() {
    const typed = this.spec.watch.fields.map((name) => [name, this.field(name).read()]);
    return JSON.stringify(Object.fromEntries(typed));
  }

  /** Ask who it may be, once nobody types any more. */
  look() {
    clearTimeout(this.timer);
    if (this.watched() === this.asked || this.sending?.trouble) return;
    this.timer = setTimeout(() => {
      this.asked = this.watched();
      this.turn += 1;
      this.send({ kind: "watch", turn: this.turn, data: JSON.parse(this.asked) });
    }, LOOK_DELAY);
  }

  hear(message) {
    if (message.kind === "watched") this.answered(message);
    else if (message.kind === "not taken") this.told.textContent = message.told;
    else super.hear(message);
  }

  /** Take the newest answer; cards among which somebody is choosing stay as they are. */
  answered(message) {
    if (message.turn !== this.turn) return;
    if (this.told.textContent !== message.told) this.told.textContent = message.told;
    if (this.panel.contains(document.activeElement)) this.later = message;
    else this.show(message);
  }

  show({ cards, told }) {
    this.later = null;
    const { activeElement } = document;
    const top = activeElement?.getBoundingClientRect().top;
    this.cards.replaceChildren(...cards.map((card) => this.drawCard(card)));
    this.panel.classList.toggle("sr", !told);
    if (!this.hasFocus()) return;
    scrollBy({ top: activeElement.getBoundingClientRect().top - top, behavior: "instant" });
  }

  drawCard({ value, title, badge: [kind, word], lines }) {
    const about = make("span", { class: "sr" }, ` ${title}, ${lines[0]}`);
    const button = make("button", { class: "btn", type: "button" }, this.spec.watch.act, about);
    button.addEventListener("click", () => this.take(value));
    const text = lines.flatMap((line, index) => (index ? [make("br"), line] : [line]));
    return make(
      "li",
      { class: "item" },
      make(
        "div",
        { class: "item-head" },
        make("p", { class: "strong" }, title),
        make("span", { class: `badge ${kind}` }, word),
      ),
      make("div", { class: "item-head" }, make("p", { class: "small" }, ...text), button),
    );
  }

  take(value) {
    if (this.sending.trouble) {
      this.told.textContent = `${this.sending.trouble.join(" ")} ${this.spec.watch.act}.`;
      return;
    }
    const typed = this.fields.map((field) => [field.spec.name, field.read()]);
    this.send({ kind: "take", card: value, data: Object.fromEntries(typed) });
  }
}

VIEWS.watch = WatchView;
