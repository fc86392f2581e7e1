// What was typed and not saved yet: kept in this tab, for this user and this page only.

class Draft {
  constructor(name) {
    const { pathname, search } = location;
    this.place = `digibank ${document.body.dataset.user} ${pathname}${search} ${name}`;
    // each time a page opens it gets a kernel of its own
    this.opened = JSON.parse(document.getElementById("jupyter-config-data").textContent).kernelId;
  }

  /** Take what was kept while this page was open before; what is newer went with its form. */
  take() {
    const kept = JSON.parse(sessionStorage.getItem(this.place));
    this.drop();
    return kept?.opened === this.opened ? null : kept;
  }

  keep(content) {
    sessionStorage.setItem(this.place, JSON.stringify({ ...content, opened: this.opened }));
  }

  drop() {
    sessionStorage.removeItem(this.place);
  }
}

/** Say that a draft came back, with a way to throw it away. */
function draftNotice(text, onThrowAway) {
  const away = make("button", { class: "btn quiet", type: "button" }, "Wis mijn eerdere invoer");
  away.addEventListener("click", onThrowAway);
  const box = notice("info", `Je eerdere invoer staat er nog. ${text}`);
  box.append(away);
  return box;
}
