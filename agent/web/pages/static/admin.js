// The admins' pages: looks at a text while it is typed, tries a sentence, follows a rehearsal. Every page works without.
"use strict";

function later(wait, act) {
  let timer = 0;
  return () => { clearTimeout(timer); timer = setTimeout(act, wait); };
}

function looking() {
  all("[data-look]").forEach((form) => {
    const [text, box] = [one("textarea", form), one("#looked")];
    let turn = 0;
    const look = async () => {
      const mine = ++turn;
      const body = new URLSearchParams(new FormData(form));
      body.delete("idempotency_key");
      try {
        const answer = await ask(form.dataset.look, { method: "POST", body });
        const fresh = await answer.text();
        if (mine === turn && answer.ok) box.innerHTML = fresh; // our own server's page, escaped there
      } catch { /* the next key tries again */ }
    };
    const places = () => all("[data-put]", form).forEach((chip) => {
      chip.classList.toggle("lost", !text.value.includes(chip.dataset.put));
    });
    const soon = later(500, look);
    text.addEventListener("input", () => { places(); soon(); });
    all("[data-put]", form).forEach((chip) => chip.addEventListener("click", () => {
      text.setRangeText(chip.dataset.put, text.selectionStart, text.selectionEnd, "end");
      text.focus();
      text.dispatchEvent(new Event("input"));
    }));
    places();
  });
}

function trying() {
  all("[data-try]").forEach((form) => {
    const box = one("#tried", form);
    let turn = 0;
    const hear = async () => {
      const mine = ++turn;
      if (!one("#try", form).value.trim()) { box.textContent = ""; return; }
      const answer = await ask(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const fresh = await answer.text();
      if (mine === turn && answer.ok) box.innerHTML = fresh; // our own server's page, escaped there
    };
    form.addEventListener("submit", (event) => { event.preventDefault(); hear(); });
    one("#try", form).addEventListener("input", later(300, hear));
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

function unsaved() {
  const changed = new Set();
  all("form[method=post]:not([data-try])").forEach((form) => {
    form.addEventListener("input", () => changed.add(form));
    form.addEventListener("submit", () => changed.clear());
    form.addEventListener("keydown", (event) => {
      if (event.ctrlKey && event.key === "Enter") form.requestSubmit(one("button.main", form));
    });
  });
  addEventListener("beforeunload", (event) => { if (changed.size) event.preventDefault(); });
  one(".pick-lang select")?.addEventListener("change", ({ target }) => target.form.requestSubmit());
}

function files() {
  all("[data-into-text]").forEach((input) => input.addEventListener("change", async () => {
    const file = input.files[0];
    if (file) document.getElementById(input.dataset.intoText).value = await file.text();
  }));
}

files();
looking();
trying();
following();
unsaved();
