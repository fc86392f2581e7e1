// The fields of a form that need no answer from Python while they are filled in.
// Text is only ever set as text, so that nothing people typed can become markup.

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child));
  return node;
}

/** A label, its help, a control, and under it the sentence that says what is wrong. */
class Field {
  constructor(spec, id, form) {
    Object.assign(this, { spec, id, form });
    this.help = spec.help && make("p", { class: "help", id: `${id}-help` }, spec.help);
    this.error = make("p", { class: "err", id: `${id}-error` });
    this.node = this.draw();
    this.describe();
  }

  draw() {
    this.control = this.drawControl({
      id: this.id,
      class: "input",
      autocomplete: "off",
      "aria-required": !this.spec.optional && "true",
    });
    const label = this.label("label", { for: this.id });
    return make("div", { class: "field" }, label, this.help, this.control);
  }

  drawControl(attributes) {
    return make("input", attributes);
  }

  label(tag, attributes) {
    const optional = this.spec.optional && make("span", { class: "opt" }, " (mag leeg)");
    return make(tag, attributes, this.spec.label, optional);
  }

  /** Node under which the error stands. */
  get last() {
    return this.control;
  }

  showError(sentence) {
    this.error.textContent = sentence;
    if (sentence) {
      this.last.after(this.error);
      this.control.setAttribute("aria-invalid", "true");
    } else {
      this.error.remove();
      this.control.removeAttribute("aria-invalid");
    }
    this.describe();
  }

  describe() {
    const ids = this.describedBy().map((part) => part.id);
    if (ids.length) this.control.setAttribute("aria-describedby", ids.join(" "));
    else this.control.removeAttribute("aria-describedby");
  }

  describedBy() {
    return [this.error.parentNode && this.error, this.help].filter((part) => part);
  }

  read() {
    return this.control.value;
  }

  write(value) {
    this.control.value = value;
  }

  /** What `write` takes to show the same again. */
  get state() {
    return this.read();
  }

  /** Write what was kept when the page was open before. */
  restore(value) {
    this.write(value);
  }

  focus() {
    this.control.focus();
  }
}

class ShortField extends Field {
  drawControl(attributes) {
    return make("input", { ...attributes, class: "input short", inputmode: "numeric" });
  }
}

class NoteField extends Field {
  drawControl(attributes) {
    return make("textarea", { ...attributes, rows: 3 });
  }
}

class SelectField extends Field {
  drawControl(attributes) {
    const options = this.spec.choices.map(([value, text]) => make("option", { value }, text));
    return make("select", attributes, ...options);
  }
}

class TickField extends Field {
  draw() {
    this.control = make("input", { type: "checkbox", id: this.id });
    this.line = make("label", { class: "tick" }, this.control, make("span", {}, this.spec.label));
    return make("div", { class: "field" }, this.line, this.help);
  }

  get last() {
    return this.line;
  }

  read() {
    return this.control.checked;
  }

  write(value) {
    this.control.checked = value;
  }
}

class RadioField extends Field {
  draw() {
    const legend = this.label("legend", { id: `${this.id}-legend` });
    this.radios = this.spec.choices.map(([value], index) =>
      make("input", { type: "radio", id: `${this.id}-${index}`, name: this.id, value }),
    );
    const labels = this.radios.map((radio, index) =>
      make("label", {}, radio, make("span", {}, this.spec.choices[index][1])),
    );
    this.choices = make("div", { class: "choices" }, ...labels);
    this.control = make(
      "fieldset",
      {
        id: this.id,
        class: "field",
        role: "radiogroup",
        "aria-labelledby": legend.id,
        "aria-required": !this.spec.optional && "true",
      },
      legend,
      this.help,
      this.choices,
    );
    return this.control;
  }

  get last() {
    return this.choices;
  }

  get checked() {
    return this.radios.find((radio) => radio.checked);
  }

  read() {
    return this.checked?.value ?? "";
  }

  write(value) {
    for (const radio of this.radios) radio.checked = radio.value === value;
  }

  focus() {
    (this.checked ?? this.radios[0])?.focus();
  }
}
