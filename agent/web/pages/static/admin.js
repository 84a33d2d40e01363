// The admins' pages: looks at a text while it is typed, tries a sentence, follows a rehearsal. Every page works without.
"use strict";

function later(wait, act) {
  let timer = 0;
  return () => { clearTimeout(timer); timer = setTimeout(act, wait); };
}

function whileTyping() {
  all("[data-look]").forEach((form) => {
    const [boxes, box] = [all('textarea[name="text"]', form), one("#looked")]; // one, or one for each plural form
    let [turn, text] = [0, boxes[0]];
    const look = async () => {
      const mine = ++turn;
      const body = new URLSearchParams(new FormData(form));
      body.delete("idempotency_key");
      try {
        const answer = await ask(form.dataset.look, { method: "POST", body });
        const fresh = await answer.text();
        if (mine !== turn || !answer.ok) return;
        box.innerHTML = fresh; // our own server's page, escaped there
        aloud();
      } catch { /* the next key tries again */ }
    };
    const places = () => all("[data-put]", form).forEach((chip) => {
      const lost = (each) => !each.value.includes(chip.dataset.put) && !("alone" in each.dataset && chip.dataset.put === "{count}");
      chip.classList.toggle("lost", boxes.some(lost));
    });
    const soon = later(500, look);
    boxes.forEach((each) => {
      each.addEventListener("input", () => { places(); soon(); });
      each.addEventListener("focus", () => { text = each; });
    });
    all("[data-put]", form).forEach((chip) => chip.addEventListener("click", () => {
      text.setRangeText(chip.dataset.put, text.selectionStart, text.selectionEnd, "end");
      text.focus();
      text.dispatchEvent(new Event("input"));
    }));
    places();
  });
}

// By the browser's own voice of that language, where it has one.
function aloud() {
  if (!window.speechSynthesis) return;
  all("[data-aloud]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const words = new SpeechSynthesisUtterance(one(".bubble", button.closest(".seen")).textContent);
      words.lang = button.dataset.aloud;
      speechSynthesis.cancel();
      speechSynthesis.speak(words);
    });
  });
}

function trying() {
  all("[data-try]").forEach((form) => {
    const [box, said, rows] = [one("#tried", form), one("#try", form), one("form[data-rows]")];
    let turn = 0;
    const fields = () => {
      const body = new URLSearchParams(new FormData(form));
      if (!rows) return body;
      body.append("page", rows.dataset.rows); // what is typed there counts too, before it is saved
      for (const [name, value] of new FormData(rows)) {
        if (!["csrf", "idempotency_key", "version"].includes(name)) body.append(name, value);
      }
      return body;
    };
    const hear = async () => {
      const mine = ++turn;
      if (!said.value.trim()) { box.textContent = ""; return; }
      try {
        const answer = await ask(form.action, { method: "POST", body: fields() });
        const fresh = await answer.text();
        if (mine !== turn || !answer.ok) return;
        if (box.innerHTML !== fresh) box.innerHTML = fresh; // our own server's page, escaped there
        if (answer.headers.get("X-State") === "waits") setTimeout(() => { if (mine === turn) hear(); }, 700);
      } catch { /* the next key tries again */ }
    };
    form.addEventListener("submit", (event) => { event.preventDefault(); hear(); });
    said.addEventListener("input", later(300, hear));
    said.addEventListener("focus", () => ask(form.action, { method: "POST", body: fields() }).catch(() => {}), { once: true });
    rows?.addEventListener("input", later(900, hear));
  });
}

function following() {
  const box = one("[data-progress]");
  if (!box) return;
  setInterval(async () => {
    const answer = await ask(box.dataset.progress);
    if (!answer.ok) return;
    const state = answer.headers.get("X-State");
    if (state && !["waiting", "checking"].includes(state)) return location.reload();
    box.innerHTML = await answer.text(); // our own server's page, escaped there
  }, 1000);
}

// A machine's words go into the box only where somebody puts them.
function putting() {
  all("[data-into]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const boxes = all(`textarea[name="${button.dataset.into}"]`);
      JSON.parse(button.dataset.words).slice(0, boxes.length).forEach((words, at) => {
        boxes[at].value = words;
        boxes[at].dispatchEvent(new Event("input", { bubbles: true }));
      });
      boxes[0].focus();
    });
  });
}

function ticking() {
  all("[data-tick-all]").forEach((button) => {
    const boxes = () => all('input[type="checkbox"]', button.form);
    button.hidden = false;
    button.addEventListener("click", () => {
      const on = boxes().some((box) => !box.checked);
      boxes().forEach((box) => { box.checked = on; });
      button.form.dispatchEvent(new Event("input"));
    });
  });
}

// What is typed is kept on the server, for this person alone; after a reload it stands here again.
function keeping() {
  all("[data-keep]").forEach((form) => {
    const told = one("[data-kept]", form);
    let [timer, waiting, last, at] = [0, false, 0, 0];
    const keep = async (leaving = false) => {
      clearTimeout(timer);
      [waiting, last] = [false, Date.now()];
      const mine = ++at;
      const body = new URLSearchParams(new FormData(form));
      body.delete("idempotency_key");
      let words = "Not kept: save it before you leave.";
      try {
        const answer = await fetch(form.dataset.keep, { method: "POST", body, redirect: "manual", keepalive: leaving });
        if (answer.status === 204) {
          words = "Kept for you, not saved yet";
          if (!waiting) form.dispatchEvent(new Event("kept"));
        } else if (answer.status === 422) words = await answer.text();
      } catch { /* the next key tries again */ }
      if (mine === at) told.textContent = words;
    };
    form.addEventListener("input", () => {
      waiting = true;
      clearTimeout(timer);
      if (Date.now() - last > 3000 && last) keep();
      else timer = setTimeout(keep, 800);
    });
    form.addEventListener("submit", () => { clearTimeout(timer); waiting = false; });
    addEventListener("pagehide", () => { if (waiting) keep(true); });
  });
  all("[data-others]").forEach((box) => setInterval(async () => {
    if (document.hidden) return;
    const answer = await ask(box.dataset.others);
    if (!answer.ok) return;
    const fresh = (await answer.text()).trim();
    if (box.dataset.have !== fresh) box.innerHTML = fresh; // our own server's page, escaped there
    box.dataset.have = fresh;
  }, 3000));
}

function unsaved() {
  const changed = new Set();
  all("form[method=post]:not([data-try])").forEach((form) => {
    form.addEventListener("input", () => changed.add(form));
    form.addEventListener("submit", () => changed.clear());
    form.addEventListener("kept", () => changed.delete(form));
    form.addEventListener("keydown", (event) => {
      if (event.ctrlKey && event.key === "Enter") form.requestSubmit(one("button.main", form));
    });
  });
  addEventListener("beforeunload", (event) => { if (changed.size) event.preventDefault(); });
  one(".pick-lang select")?.addEventListener("change", ({ target }) => target.form.requestSubmit());
}

whileTyping();
aloud();
trying();
following();
putting();
ticking();
keeping();
unsaved();
