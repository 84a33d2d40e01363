// The staff console's page: stays live, listens to keys, shows beforehand what a patient will read.
// Every deed is a plain form; without this script all of it still works, only not by itself.
"use strict";

const one = (query, root = document) => root.querySelector(query);
const all = (query, root = document) => [...root.querySelectorAll(query)];
const live = { "X-Live": "1" };
const words = JSON.parse(one("#script-words")?.textContent || "{}"); // the page's language
const say = (name, gaps = {}) => (words[name] || "").replace(/\{(\w+)\}/g, (_, gap) => gaps[gap]);

const signedOut = () => location.assign(`/console/sign-in?over=yes&next=${encodeURIComponent(location.pathname)}`);

async function ask(url, options = {}) {
  const answer = await fetch(url, { ...options, headers: { ...live, ...options.headers }, credentials: "same-origin" });
  if (answer.status === 401) signedOut();
  return answer;
}

/* live regions of the page */

async function refresh(region) {
  const have = region.dataset.have;
  const answer = await ask(region.dataset.refresh, have ? { headers: { "If-None-Match": have } } : {});
  if (!answer.ok) return; // 304: it is as it was
  if (answer.headers.has("X-Count")) counted(JSON.parse(answer.headers.get("X-Count")));
  const fresh = await answer.text();
  region.dataset.have = answer.headers.get("ETag") || "";
  if (region.fresh === fresh) return;
  region.fresh = fresh;
  const log = one(".thread", region);
  const atEnd = !log || log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const top = log ? log.scrollTop : 0;
  const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
  const ticked = all("input:checked", region).map((box) => box.value);
  const stay = anchored(region);
  const slide = placed(region);
  const made = document.createElement("template");
  made.innerHTML = fresh; // our own server's page, escaped there
  if (!filled(made.content, region)) {
    delete region.dataset.have;
    return refresh(region);
  }
  region.replaceChildren(made.content);
  all('input[type="checkbox"]', region).forEach((box) => { box.checked = ticked.includes(box.value); });
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  const grown = one(".thread", region);
  if (grown) grown.scrollTop = atEnd ? grown.scrollHeight : top;
  stay();
  slide();
  handedOn(region);
}

// Who may write here has changed: the box below is made anew, unless something is typed in it.
function handedOn(region) {
  const [now, box] = [one("[data-write]", region), one("#end")];
  if (!now || !box || now.dataset.write === box.dataset.write) return;
  if (all("textarea", box).every((text) => !text.value.trim())) location.reload();
}

// What news pushes aside slides there from where it was, so that the eye can follow it and nothing jumps.
function placed(region) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return () => {};
  const name = (box) => box.id || (box.matches("li") && one(".row", box)?.id) || box.className;
  const rows = () => all(".row", region).map((row) => row.closest("li"));
  const boxes = () => [...region.children, ...rows(), ...all("[data-refresh] ~ *, .foot")];
  const top = (box) => box.getBoundingClientRect().top;
  const tops = new Map(boxes().map((box) => [name(box), top(box)]));
  return () => {
    const now = boxes();
    now.forEach((box) => box.getAnimations().forEach((slide) => slide.cancel()));
    const off = (box) => (box && tops.has(name(box)) ? tops.get(name(box)) - top(box) : 0);
    const seen = (box) => Math.min(top(box), tops.get(name(box)) ?? Infinity) < innerHeight;
    const moves = now.filter(seen).map((box) => [box, off(box) - off(box.parentElement.closest(".section"))]);
    moves.filter(([, by]) => Math.abs(by) >= 1).forEach(([box, by]) => {
      box.animate([{ transform: `translateY(${by}px)` }, { transform: "none" }], { duration: 180, easing: "ease-out" });
    });
  };
}

let moved = -Infinity; // when rows last went from under the pointer

// The row that somebody points at, is at or reads first stays where it is while others come and go.
function anchored(region) {
  const at = [one(".row:hover", region), region.contains(document.activeElement) && document.activeElement.closest(".row")];
  const held = at.find(Boolean) || (scrollY > 0 && all(".row", region).find((row) => row.getBoundingClientRect().top >= 0));
  if (!held) return () => {};
  const part = (row) => row?.closest(".section")?.className;
  const [id, where, top, pointed] = [held.id, part(held), held.getBoundingClientRect().top, held === at[0]];
  return () => {
    const row = document.getElementById(id); // in another section it is not followed
    const off = () => (row && part(row) === where ? row.getBoundingClientRect().top - top : NaN);
    scrollBy({ top: off() || 0, behavior: "instant" });
    if (pointed && !(Math.abs(off()) < 2)) moved = performance.now();
  };
}

// A click meant for the row that was there a moment ago opens or ticks no other one.
function steady() {
  document.addEventListener("click", (event) => {
    if (event.detail && performance.now() - moved < 400 && event.target.closest("[data-refresh] li")) event.preventDefault();
  }, true);
}

// Puts the rows that stand already where the server only named them; false when one of them is not here.
function filled(fresh, region) {
  const found = all("[data-same]", fresh).map((mark) => {
    const rows = [];
    let row = document.getElementById(mark.dataset.same)?.closest("li");
    for (; row && rows.length < Number(mark.dataset.run); row = row.nextElementSibling) rows.push(row);
    return { mark, rows };
  });
  if (found.some(({ mark, rows }) => rows.length < Number(mark.dataset.run) || !region.contains(rows[0]))) return false;
  found.forEach(({ mark, rows }) => mark.replaceWith(...rows));
  return true;
}

const title = document.title;
let known = false; // whether this page has heard how many wait

async function count() {
  const answer = await ask("/console/count");
  if (answer.ok) counted(await answer.json());
}

function counted({ waiting, urgent }) {
  known = true;
  const badge = one("#waiting");
  if (badge) badge.textContent = waiting;
  document.title = (urgent.length ? `${say("urgent_title", { n: urgent.length })} ` : waiting ? `(${waiting}) ` : "") + title;
  const rung = (task) => `${task.id} ${task.again}`; // the same one again after 2, 5 and 10 minutes
  const heard = new Set(JSON.parse(sessionStorage.getItem("known") || "[]"));
  const fresh = urgent.filter((task) => !heard.has(rung(task)));
  sessionStorage.setItem("known", JSON.stringify(urgent.map(rung)));
  if (fresh.length) alarm(fresh);
  bar(urgent.map((task) => ({ ...task, rung: rung(task) })));
}

function waits(tasks) {
  const last = tasks[tasks.length - 1];
  return tasks.length > 1 ? say("several", { n: tasks.length }) : say(last.again ? "nobody" : "fresh", { n: last.number });
}

function alarm(fresh) {
  const [said, last] = [waits(fresh), fresh[fresh.length - 1]];
  one(last.stat || last.again ? "#loud" : "#soft").textContent = said;
  sound();
  if (document.hidden && window.Notification?.permission === "granted") {
    new Notification(document.title.split(" · ").pop(), { body: said, tag: "urgent", renotify: true }); // a number only
  }
}

// It stays from page to page until somebody has the request, or until it is dismissed; it comes back with the next ring.
function bar(urgent) {
  const over = new Set(JSON.parse(sessionStorage.getItem("dismissed") || "[]"));
  const seen = (task) => !task.again && ["/console", `/console/tasks/${task.id}`].includes(location.pathname); // before their eyes
  const shown = urgent.filter((task) => !over.has(task.rung) && !seen(task));
  const box = one("#alarm");
  box.hidden = !shown.length;
  if (box.hidden) return;
  one("a", box).textContent = waits(shown);
  one("a", box).href = shown.length > 1 ? "/console?view=urgent" : `/console/tasks/${shown[0].id}`;
  box.dataset.rung = JSON.stringify(urgent.map((task) => task.rung));
}

let ear = null;

function sound() {
  if (localStorage.getItem("quiet") === "1" || !navigator.userActivation?.hasBeenActive) return;
  try {
    ear ??= new AudioContext();
    [0, 0.22].forEach((after) => {
      const [tone, loud] = [ear.createOscillator(), ear.createGain()];
      tone.frequency.value = 740;
      loud.gain.setValueAtTime(0.15, ear.currentTime + after);
      loud.gain.exponentialRampToValueAtTime(0.001, ear.currentTime + after + 0.18);
      tone.connect(loud).connect(ear.destination);
      tone.start(ear.currentTime + after);
      tone.stop(ear.currentTime + after + 0.2);
    });
  } catch { /* no sound here: the title, the bar and the notification say it */ }
}

function alarms() {
  const box = one("#alarms");
  if (!box) return;
  const [sounds, shows] = [one("#sounds"), one("#shows")];
  const quiet = () => localStorage.getItem("quiet") === "1";
  const show = () => {
    sounds.textContent = say(quiet() ? "sound_off" : "sound_on");
    shows.hidden = !("Notification" in window) || Notification.permission !== "default";
  };
  sounds.addEventListener("click", () => { localStorage.setItem("quiet", quiet() ? "0" : "1"); show(); if (!quiet()) sound(); });
  shows.addEventListener("click", async () => { await Notification.requestPermission(); show(); });
  box.hidden = false;
  show();
}

/* a decision can be taken back for a moment */

function undoing() {
  all("[data-undo]").forEach((form) => {
    const button = one("button", form);
    let left = Number(form.dataset.undo);
    const tick = () => {
      if (left <= 0) return told(form);
      button.firstChild.textContent = `${say("undo", { n: left })} `;
      left -= 1;
      setTimeout(tick, 1000);
    };
    tick();
  });
}

// Its place stays, so that nothing moves up under the pointer.
function told(form) {
  one("button", form).disabled = true;
  form.classList.add("over");
  const until = one("[data-then]", form.parentElement);
  if (until) until.textContent = until.dataset.then;
}

function menus() {
  document.addEventListener("click", ({ target }) => all("details.menu[open], details.hand[open]").forEach((menu) => {
    if (!menu.contains(target)) menu.open = false;
  }));
}

function filters() {
  const form = one("[data-filters]");
  if (!form) return;
  one("button", form).hidden = true;
  form.addEventListener("change", () => form.requestSubmit());
}

async function stillSo(card) {
  const answer = await ask(`/console/tasks/${card.dataset.task}/state`);
  if (!answer.ok) return;
  const { version, said } = await answer.json();
  const stale = one("#stale");
  stale.hidden = String(version) === card.dataset.version;
  if (!stale.hidden) one("span", stale).textContent = say("stale", { said });
}

let looking = false;
let rungMeanwhile = false;
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

// One look at a time, and a breath between two: a busy desk rings more often than anybody reads.
async function everything() {
  rungMeanwhile = true;
  if (looking) return;
  looking = true;
  while (rungMeanwhile) {
    await pause(60);
    rungMeanwhile = false;
    const card = one("[data-task]");
    const work = all("[data-refresh]").map(refresh);
    if (!one("#queue") || !known) work.push(count()); // the queue brings its count along when something is new in it
    if (card) work.push(stillSo(card));
    await Promise.allSettled(work);
    await pause(400);
  }
  looking = false;
}

function listen() {
  const url = document.body.dataset.live;
  if (!url) return;
  let stream = null;
  let heard = Date.now();
  const offline = (yes) => { one("#offline").hidden = !yes; };
  const news = () => { heard = Date.now(); offline(false); everything(); };
  const open = () => {
    stream?.close();
    stream = new EventSource(url);
    stream.addEventListener("changed", news);
    stream.addEventListener("tick", news);
    stream.addEventListener("typing", ({ data }) => { heard = Date.now(); theyWrite(data === "patient"); });
    stream.addEventListener("gone", signedOut);
    stream.onerror = () => {
      offline(true);
      if (stream.readyState === EventSource.CLOSED) setTimeout(open, 5000); // a refusal ends it for good
    };
  };
  open();
  setInterval(() => { // a line that broke while the machine slept does not say so itself; the desk ticks every 15 s
    if (Date.now() - heard < 40_000) return;
    heard = Date.now();
    offline(true);
    open();
  }, 5000);
  document.addEventListener("visibilitychange", () => document.hidden || everything());
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

/* one effect for each step, however often it is sent */

function renew(form) {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  let field = one('input[name="idempotency_key"]', form);
  if (!field) {
    field = Object.assign(document.createElement("input"), { type: "hidden", name: "idempotency_key" });
    form.append(field);
  }
  field.value = btoa(String.fromCharCode(...bytes)).replace(/[+/]/g, "-");
}

function steps() {
  document.addEventListener("submit", ({ target }) => {
    if (target.method === "post" && !one('input[name="idempotency_key"]', target)) renew(target);
  }, true);
}

/* what the patient will read */

function previews() {
  const form = one("#decide");
  if (!form) return;
  let waiting = 0;
  const show = async (act) => {
    const box = one(".told", act);
    const body = new URLSearchParams(new FormData(form));
    body.set("act", act.dataset.act);
    const answer = await ask(form.dataset.told, { method: "POST", body });
    box.innerHTML = answer.ok ? await answer.text() : "";
  };
  const soon = (event) => {
    const act = event.target.closest("[data-act]");
    if (!act || act.dataset.act === "confirm") return;
    limit(act);
    clearTimeout(waiting);
    waiting = setTimeout(show, 250, act);
  };
  const limit = (act) => {
    const boxes = all('input[name="opening"]', act);
    const full = boxes.filter((box) => box.checked).length >= 3;
    boxes.forEach((box) => { box.disabled = full && !box.checked; });
  };
  form.addEventListener("input", soon);
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault(); // a double click decides once
    form.dataset.sent = "1";
  });
  all("details[data-act]", form).filter((act) => act.open && one(":checked", act)).forEach(show);
}

/* writing */

let stillness = 0;

function theyWrite(on) {
  const shown = one("#writes");
  if (!shown) return;
  clearTimeout(stillness);
  shown.textContent = on ? shown.dataset.words : "";
  if (on) stillness = setTimeout(theyWrite, 8000, false);
}

/** The patient's page says that somebody writes: told every three seconds, and when they have stopped. */
function weWrite() {
  const form = one("[data-writing]");
  if (!form) return;
  let told = 0;
  let quiet = 0;
  const tell = (on) => {
    told = on ? Date.now() : 0;
    const body = new URLSearchParams({ csrf: one('input[name="csrf"]', form).value, on: on ? "1" : "" });
    ask(form.dataset.writing, { method: "POST", body }).catch(() => {});
  };
  const off = () => told && tell(false);
  one("textarea", form).addEventListener("input", ({ target }) => {
    clearTimeout(quiet);
    if (!target.value.trim()) return off();
    if (Date.now() - told > 3000) tell(true);
    quiet = setTimeout(off, 5000);
  });
}

function writing() {
  weWrite();
  all("[data-send]").forEach((form) => {
    const text = one("textarea", form);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const enclosed = one('[name="enclosed"]', form);
      if ((!text.value.trim() && !enclosed?.value) || form.dataset.sent) return;
      form.dataset.sent = "1";
      const body = new URLSearchParams(new FormData(form));
      try {
        const answer = await ask(form.action, { method: "POST", body });
        if (!answer.headers.has("Retry-After")) renew(form); // answered: what comes next is another step
        one("#problem").hidden = answer.ok;
        if (answer.ok) { text.value = ""; if (enclosed) enclosed.value = ""; }
        else one("#problem").textContent = await answer.text();
        if (answer.status === 422) form.dispatchEvent(new Event("refused"));
        text.dispatchEvent(new Event("input"));
        if (answer.ok && one("#take")) location.reload();
      } catch {
        one("#problem").textContent = say("no_answer");
        one("#problem").hidden = false;
      }
      delete form.dataset.sent;
      everything();
    });
    text.addEventListener("input", ({ isTrusted }) => isTrusted && renew(form)); // other words are another step
    text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
  });
  all("[data-into]").forEach((choice) => choice.addEventListener("change", () => {
    const text = document.getElementById(choice.dataset.into);
    const words = choice.selectedOptions[0].dataset.words;
    if (!words) return;
    text.value = text.value.trim() ? `${text.value.trimEnd()} ${words}` : words;
    choice.value = "";
    renew(text.form);
    text.dispatchEvent(new Event("input"));
    text.focus();
  }));
  all("[data-counter]").forEach((counter) => {
    const text = document.getElementById(counter.dataset.counter);
    const show = () => { counter.textContent = text.value ? say("typed", { n: text.value.length, most: text.maxLength }) : ""; };
    text.addEventListener("input", show);
    show();
  });
  all("[data-follow] .thread, .thread.small").forEach((log) => { log.scrollTop = log.scrollHeight; });
}

/* keys */

function step(by) {
  const rows = all(".row");
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement);
  rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))].focus();
}

function press(key) {
  const target = one(`[data-key="${key}"]`) || (key === "t" ? one("#take") : null);
  if (!target) return;
  if (target.tagName !== "SUMMARY") return target.click();
  enter(target.parentElement, target);
}

function enter(act, otherwise) {
  act.open = true;
  act.scrollIntoView({ block: "nearest" });
  const first = [".slot input:checked", ".slot input", "input[type=radio]", "select", "textarea", "input"];
  (first.map((what) => one(what, act)).find(Boolean) || otherwise).focus();
}

// A digit ticks that answer of the open panel; where none is open that asks by number, it says which patient it is.
function choose(number) {
  const group = one("details[open] [data-digits]") || one("#decide [data-digits]");
  const shown = (box) => ["radio", "checkbox"].includes(box.type) && box.offsetParent;
  const choice = group && all("input", group).filter(shown)[number - 1];
  if (choice) { choice.click(); choice.focus(); }
}

function keys() {
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey || event.isComposing) return;
    const field = event.target.closest("input, textarea, select");
    const typing = field && !["radio", "checkbox"].includes(field.type);
    if (event.ctrlKey) {
      if (event.key === "Enter") one("details[open] .buttons button", one("#decide") || document.body)?.click();
      return;
    }
    if (event.key === "Enter" && field && !typing) return event.preventDefault(); // deciding takes a button
    if (event.key === "Escape") all("details.menu[open], details.hand[open]").forEach((menu) => { menu.open = false; });
    if (event.key === "Escape" && field) return field.blur();
    if (typing || one("dialog[open]")) return;
    if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
    else if (event.key === "?") one("#help")?.showModal();
    else if (event.key === "q") location.assign("/console");
    else if ("ceodtxhu".includes(event.key)) press(event.key);
    else if (/^[1-9]$/.test(event.key)) choose(Number(event.key));
    else return;
    event.preventDefault();
  });
  one("#alarm button")?.addEventListener("click", () => {
    sessionStorage.setItem("dismissed", one("#alarm").dataset.rung);
    one("#alarm").hidden = true;
  });
}

one("form[data-go]")?.requestSubmit(); // back from the sign-in service

function unfinished() { // what is still being made is shown when it is there; nothing typed is lost
  if (!one("[data-waits]")) return;
  setTimeout(() => (document.activeElement?.matches("input, textarea, select") ? unfinished() : location.reload()), 2000);
}

unfinished();
steps();
listen();
previews();
writing();
keys();
alarms();
undoing();
steady();
filters();
menus();
if (location.search.includes("act=") && one("details[data-act][open]")) enter(one("details[data-act][open]"), document.body); // another day was chosen
if (location.search.includes("done=")) history.replaceState(null, "", location.pathname);
