// The review of a document: sources beside each sentence, one key for each decision, nothing signed by a key.
"use strict";

(() => {
  const one = (query, root = document) => root.querySelector(query);
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  let queue = Promise.resolve();

  function clear() {
    all(".turns mark").forEach((mark) => mark.replaceWith(mark.textContent));
    all(".turns [data-text]").forEach((text) => text.normalize());
    all(".turns .lit").forEach((turn) => turn.classList.remove("lit"));
  }

  function light(cites, follow) {
    clear();
    let first = null;
    cites.forEach(({ dataset }) => {
      const turn = document.getElementById(`t-${dataset.turn}`);
      if (!turn) return;
      first = first || turn;
      turn.classList.add("lit");
      const text = one("[data-text]", turn).firstChild;
      const [start, end] = [Number(dataset.start), Number(dataset.end)];
      if (!text || text.nodeType !== Node.TEXT_NODE || end <= start) return;
      const units = [...text.data]; // the server counts characters, not UTF-16 units
      const from = units.slice(0, start).join("").length;
      const to = Math.min(text.length, units.slice(0, end).join("").length);
      if (from >= to) return;
      const range = document.createRange();
      range.setStart(text, from);
      range.setEnd(text, to);
      range.surroundContents(document.createElement("mark"));
    });
    const log = one(".turns");
    if (first && log && log.scrollHeight > log.clientHeight) log.scrollTop = first.offsetTop - log.offsetTop - 60;
    else if (first && follow) first.scrollIntoView({ block: "center" });
  }

  const here = () => document.activeElement?.closest(".claim") || null;

  function move(by) {
    const rows = all(".claim");
    const at = rows.indexOf(here());
    const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))];
    next?.focus();
  }

  function after(id) {
    const rows = all(".claim");
    const at = rows.findIndex((row) => row.id === id);
    return rows.slice(at + 1).find((row) => !row.classList.contains("decided")) || rows[at + 1] || rows[at];
  }

  async function send(form, extra = {}) {
    const claim = form.closest(".claim");
    const id = claim?.id || "";
    const onward = claim ? after(id)?.id : "";
    const body = new URLSearchParams(new FormData(form));
    Object.entries(extra).forEach(([name, value]) => body.set(name, value));
    body.set("version", one("#review").dataset.version);
    const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
    if (answer.redirected && answer.url.includes("sign-in")) return location.assign(answer.url);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = one("#review", page);
    if (!fresh) return location.reload();
    const source = one(".turns")?.scrollTop || 0;
    one("#review").replaceWith(document.adoptNode(fresh));
    const log = one(".turns");
    if (log) log.scrollTop = source;
    const target = (onward && document.getElementById(onward)) || document.getElementById(id) || one(".claim");
    target?.focus();
    const left = one("#left")?.textContent;
    one("#soft").textContent = answer.ok ? say("left", { n: left }) : one(".problem")?.textContent || say("not_done");
  }

  function later(form, extra) {
    queue = queue.then(() => (form.isConnected ? send(form, extra) : null)).catch(() => {
      one("#soft").textContent = say("no_answer_note");
    });
  }

  // Reading aloud: off on every page until it is pressed, and only with a voice of this computer. A voice that is made
  // elsewhere would be sent the patient's words.
  const synthesis = window.speechSynthesis;
  const aloud = one("#aloud");
  let reading = false;

  function voiceFor(language) {
    return synthesis.getVoices().find((v) => v.localService && v.lang.split(/[-_]/)[0] === language.split("-")[0]);
  }

  function speak(claim) {
    if (!reading || !claim) return;
    synthesis.cancel();
    const text = one(".sentence [dir], .sentence q", claim);
    const words = [...all(".flag", claim), text].map((part) => part?.textContent.trim()).filter(Boolean);
    const voice = voiceFor(text?.lang || "en") || voiceFor("en");
    if (!voice) return;
    const said = new SpeechSynthesisUtterance(words.join(". "));
    [said.voice, said.lang] = [voice, voice.lang];
    synthesis.speak(said);
  }

  function offer() {
    aloud.hidden = one("#aloud-how").hidden = !synthesis.getVoices().some((v) => v.localService);
  }

  if (synthesis && aloud) {
    offer();
    synthesis.addEventListener?.("voiceschanged", offer);
    aloud.addEventListener("click", () => {
      reading = !reading;
      aloud.setAttribute("aria-pressed", String(reading));
      if (reading) speak(here() || one(".claim"));
      else synthesis.cancel();
    });
    window.addEventListener("pagehide", () => synthesis.cancel());
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest(".claim")) return; // to sign and to reject the whole is a page of its own
    event.preventDefault();
    event.stopPropagation();
    const pressed = event.submitter;
    later(form, pressed?.name ? { [pressed.name]: pressed.value } : {});
  });

  document.addEventListener("focusin", (event) => {
    const claim = event.target.closest(".claim");
    if (claim) light(all(".cite", claim), false);
    if (claim && event.target === claim) speak(claim);
  });
  document.addEventListener("mouseover", (event) => {
    const claim = event.target.closest(".claim");
    if (claim && !here()) light(all(".cite", claim), false);
  });
  document.addEventListener("click", (event) => {
    const cite = event.target.closest(".cite");
    if (!cite) return;
    event.preventDefault();
    light([cite], true);
  });

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey || event.ctrlKey || event.isComposing || one("dialog[open]")) return;
    const claim = here();
    if (event.target.closest("textarea, select, input")) {
      if (event.key === "Enter" && !event.shiftKey && event.target.closest(".claim textarea")) {
        event.preventDefault();
        event.target.form.requestSubmit();
      }
      if (event.key === "Escape") claim?.focus();
      return;
    }
    const open = claim && one('details[data-press="r"][open]', claim);
    if (event.key === "j" || event.key === "ArrowDown") move(1);
    else if (event.key === "k" || event.key === "ArrowUp") move(-1);
    else if (claim && event.key === "Enter" && event.target === claim) light(all(".cite", claim), true);
    else if (open && "12345".includes(event.key)) one(`button:nth-of-type(${event.key})`, open)?.click();
    else if ("123".includes(event.key)) {
      const form = one(`form[data-press="${event.key}"]`);
      if (form) later(form);
    } else if (claim && event.key === "a") {
      const form = one('form[data-press="a"]', claim);
      if (form) later(form);
    } else if (claim && (event.key === "e" || event.key === "r")) {
      const box = one(`details[data-press="${event.key}"]`, claim);
      if (!box) return;
      box.open = true;
      one("textarea, button", box)?.focus();
    } else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
})();
