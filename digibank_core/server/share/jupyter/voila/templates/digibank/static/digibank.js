/* What a page needs before Voilà's own script is there: it says farewell, and tells the truth
   about the line to its kernel. The script of forms reads that in `data-line`. */
(() => {
  const BETWEEN = 15_000; // milliseconds between two looks at the line
  const AT_ONCE = 2_000; // and when there is a reason to look
  const LATE = 8_000; // after which a server that says nothing counts as out of reach
  const TOLD = {
    away: ["De verbinding is weg.", "Typ gerust verder. Bewaren lukt pas als ze terug is."],
    gone: ["Deze pagina is verlopen.", "Laad ze opnieuw."],
    out: ["Je bent afgemeld.", "Meld je aan, dan ga je verder waar je was."],
  };
  const KEPT = "Wat je typte, komt terug, behalve namen, contactgegevens en nota's.";
  const OURS = "digibank ";
  const root = document.documentElement;
  let home, kernelId, banner;
  let last = Date.now();
  let planned = Infinity;
  let timer;

  // Voilà calls this every ten seconds while a cell runs.
  window.voila_heartbeat = () => {
    const wait = document.querySelector("main > .wait");
    if (wait) wait.textContent = "Nog even geduld, het duurt langer dan anders";
  };

  // Leaving the page stops its kernel, also when Voilà's script never came to its own farewell.
  addEventListener("pagehide", () => {
    if (config()) navigator.sendBeacon(`${home}voila/api/shutdown/${kernelId}`);
  });

  function config() {
    const told = document.getElementById("jupyter-config-data");
    if (told && !kernelId) ({ baseUrl: home, kernelId } = JSON.parse(told.textContent));
    return kernelId;
  }

  /** Drafts of forms (drafts.js): they go at sign-out, and when somebody else signs in. */
  const drafts = () => Object.keys(sessionStorage).filter((place) => place.startsWith(OURS));
  const dropDrafts = (places) => places.forEach((place) => sessionStorage.removeItem(place));

  function ask(path) {
    const signal = AbortSignal.timeout(LATE);
    return fetch(home + path, { cache: "no-store", redirect: "manual", signal });
  }

  /** The state of the line: empty when all is well. */
  async function state() {
    try {
      const kernel = await ask(`api/kernels/${kernelId}`);
      if (kernel.ok) return "";
      if (kernel.status >= 500) return "away";
      const login = await ask("login"); // leads who is signed in away from there
      return login.type === "opaqueredirect" ? "gone" : "out";
    } catch {
      return "away";
    }
  }

  async function look() {
    planned = Infinity;
    if (document.hidden || !config() || root.dataset.line === "gone") return;
    last = Date.now();
    const now = await state();
    if (now === "away") lookAfter(BETWEEN);
    if (now === (root.dataset.line ?? "")) return;
    const isBack = !now;
    if (isBack) delete root.dataset.line;
    else root.dataset.line = now;
    if (isBack) reconnect();
    tell(now);
    document.dispatchEvent(new Event("digibank:line"));
  }

  /** Look at the line so long after the last look, unless that happens sooner anyway. */
  function lookAfter(pause) {
    const due = last + pause;
    if (due >= planned) return;
    clearTimeout(timer);
    planned = due;
    timer = setTimeout(look, due - Date.now());
  }

  /** JupyterLab gives up after some minutes without a line. */
  function reconnect() {
    const kernel = window.jupyterapp?.widgetManager?.kernel;
    if (kernel && kernel.connectionStatus !== "connected") kernel.reconnect().catch(() => {});
  }

  function tell(now) {
    banner.hidden = !now;
    banner.replaceChildren();
    if (!now) return;
    const [head, rest] = TOLD[now];
    const words = document.createElement("span");
    const strong = document.createElement("strong");
    strong.textContent = head;
    const here = ` ${location.pathname}${location.search} `;
    const isKept = now !== "away" && drafts().some((place) => place.includes(here));
    words.append(strong, ` ${rest} ${isKept ? KEPT : ""}`);
    banner.append(words);
    if (now === "gone") banner.append(act("button", "Laad opnieuw"));
    if (now === "out") banner.append(act("a", "Meld je aan"));
  }

  function act(tag, text) {
    const node = document.createElement(tag);
    node.className = "btn";
    node.textContent = text;
    const here = location.pathname + location.search;
    if (tag === "a") node.href = `${home}login?next=${encodeURIComponent(here)}`;
    else node.addEventListener("click", () => location.reload());
    return node;
  }

  addEventListener("DOMContentLoaded", () => {
    const user = document.body.dataset.user;
    if (user) dropDrafts(drafts().filter((place) => !place.startsWith(`${OURS}${user} `)));
    document.getElementById("afmelden")?.addEventListener("submit", () => dropDrafts(drafts()));
    banner = document.getElementById("lijn");
  });

  // An idle page asks nothing, so that it keeps no session alive: who is at work makes it look.
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => lookAfter(BETWEEN));
  for (const kind of ["online", "offline", "focus"]) addEventListener(kind, () => lookAfter(AT_ONCE));
  document.addEventListener("visibilitychange", () => lookAfter(AT_ONCE));
  document.addEventListener("digibank:check", () => lookAfter(AT_ONCE));
})();
