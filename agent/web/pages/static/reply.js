// A machine's draft beside the reply box: asked for by a button, put into the box by another, never sent by itself.
"use strict";

(() => {
  const one = (query, root = document) => root.querySelector(query);
  const form = one("form.reply[data-send]:has(#draft)");
  if (!form) return;
  const [box, place, read, made] = [one("#text"), one("#draft"), one(".read", form), one('[name="draft"]', form)];
  let words = one(".words", place)?.textContent || "";

  const same = () => Boolean(words) && box.value.split(/\s+/).filter(Boolean).join(" ") === words.split(/\s+/).filter(Boolean).join(" ");
  const show = () => {
    read.hidden = !same();
    if (read.hidden) one("input", read).checked = false;
  };

  function drop() {
    place.replaceChildren();
    [words, made.value] = ["", ""];
    show();
  }

  function ready() {
    words = one(".words", place)?.textContent || "";
    one("[data-with-script]", place)?.removeAttribute("hidden");
    one("[data-use]", place)?.addEventListener("click", () => {
      box.value = words;
      made.value = one("[data-draft]", place).dataset.draft;
      box.dispatchEvent(new Event("input"));
      show();
      box.focus();
    });
    one("[data-drop]", place)?.addEventListener("click", drop);
    show();
  }

  const note = (text) => place.replaceChildren(Object.assign(document.createElement("p"), { className: "soft", textContent: text }));

  one("#ask-draft", form)?.addEventListener("click", async (event) => {
    event.preventDefault();
    const button = event.currentTarget;
    drop();
    note(place.dataset.drafting);
    button.disabled = true;
    try {
      const body = new URLSearchParams({ csrf: one('[name="csrf"]', form).value });
      const answer = await fetch(button.formAction, { method: "POST", body, headers: { "X-Live": "1" }, credentials: "same-origin" });
      const said = await answer.text();
      if (answer.ok) place.innerHTML = said; // our own server's page, escaped there
      else note(said);
      ready();
    } catch {
      note(place.dataset.away);
    }
    button.disabled = false;
  });
  form.addEventListener("refused", () => setTimeout(() => { read.hidden = false; })); // perhaps an older draft's words
  box.addEventListener("input", ({ isTrusted }) => (isTrusted || box.value ? show() : drop())); // emptied by us: it is sent
  if (one("[data-draft]", place)) ready();
})();
