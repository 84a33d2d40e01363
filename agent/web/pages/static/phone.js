// The simulated phone: shows one handset's thread and sends as that person. It talks to the Twilio stand-in only.
"use strict";

const api = document.body.dataset.api;
const $ = (id) => document.getElementById(id);
const thread = $("thread");
const body = $("body");
const POLL = 500; // milliseconds; slower while the page is hidden
const STATUS = {
  received: "Sending…", read: "Delivered", lost: "Not taken by the clinic", sent: "Sent", delivered: "Delivered",
};

let number = "";
let cursor = 0;
let round = 0; // rises with every change of phone, so that a late answer for the former one is dropped
let bubbles = new Map();

// --- how many segments a text takes, as channels/splitting.py counts

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑ\u00dc\u00a7¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENDED = new Set("\f^{}\\[~]|€");

function segments(text) {
  const chars = [...text];
  const gsm = chars.every((c) => BASIC.has(c) || EXTENDED.has(c));
  const costs = chars.map((c) => (gsm ? (EXTENDED.has(c) ? 2 : 1) : c.length));
  const [one, each] = gsm ? [160, 153] : [70, 67];
  const units = costs.reduce((sum, cost) => sum + cost, 0);
  if (units <= one) return { count: text ? 1 : 0, left: one - units };
  let count = 1;
  let room = each;
  for (const cost of costs) {
    if (cost > room) {
      count += 1;
      room = each;
    }
    room -= cost;
  }
  return { count, left: room };
}

const plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;

// --- the thread

function clock(at) {
  return new Date(at).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
}

function draw(text) {
  let bubble = bubbles.get(text.id);
  if (!bubble) {
    const item = document.createElement("div");
    const who = document.createElement("span");
    const said = document.createElement("p");
    const state = document.createElement("small");
    who.className = "unseen";
    who.textContent = text.mine ? "You: " : "Clinic: ";
    said.dir = "auto";
    said.textContent = text.body || "(picture)";
    const before = thread.lastElementChild;
    item.className = "bubble" + (text.mine ? " mine" : "");
    if (before && before.classList.contains("mine") !== text.mine) item.classList.add("turn");
    item.append(who, said, state);
    state.setAttribute("aria-live", "off");
    thread.append(item);
    bubble = { state };
    bubbles.set(text.id, bubble);
    $("empty").hidden = true;
  }
  const parts = [clock(text.at), STATUS[text.status] ?? text.status];
  if (text.segments > 1) parts.push(plural(text.segments, "segment"));
  bubble.state.textContent = parts.join(" · ");
  bubble.state.classList.toggle("bad", text.status === "lost");
}

function show(news) {
  const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
  const known = bubbles.size;
  news.messages.forEach(draw);
  $("clinic").textContent = news.clinic;
  $("stopped").hidden = !news.stopped;
  if (bubbles.size > known && atEnd) thread.scrollTop = thread.scrollHeight;
}

async function refresh() {
  const mine = round;
  const asked = number;
  if (!asked) return;
  const answer = await fetch(`${api}/handset/${encodeURIComponent(asked)}/messages?after=${cursor}`);
  const news = await answer.json();
  if (mine !== round || news.cursor < cursor) return;
  show(news);
  cursor = news.cursor;
}

async function poll() {
  try {
    await refresh();
    say("");
  } catch {
    say("The stand-in does not answer.");
  }
  setTimeout(poll, document.hidden ? POLL * 8 : POLL);
}

function say(words) {
  if ($("said").textContent !== words) $("said").textContent = words;
}

function pick(chosen) {
  number = chosen;
  cursor = 0;
  round += 1;
  bubbles = new Map();
  for (const item of thread.querySelectorAll(".bubble")) item.remove();
  $("empty").hidden = false;
  $("stopped").hidden = true;
  refresh().catch(() => say("The stand-in does not answer."));
}

// --- typing and sending

function typed() {
  const text = body.value;
  const { count, left } = segments(text);
  $("count").textContent = text ? `${plural(count, "segment")} · ${left} left` : "";
  document.querySelector(".send").disabled = !text.trim();
  body.style.blockSize = "auto";
  body.style.blockSize = `${body.scrollHeight + 2}px`;
}

async function send(event) {
  event.preventDefault();
  const text = body.value;
  if (!text.trim() || !number) return;
  body.value = "";
  typed();
  body.focus();
  try {
    const answer = await fetch(`${api}/handset/${encodeURIComponent(number)}/send`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ body: text }),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    await refresh();
    thread.scrollTop = thread.scrollHeight;
  } catch {
    if (!body.value) body.value = text; // nothing a person typed is lost
    typed();
    $("count").textContent = "Not sent. Try again.";
    say("Not sent. Try again.");
  }
}

$("compose").addEventListener("submit", send);
body.addEventListener("input", typed);
body.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) $("compose").requestSubmit();
  if (event.key === "Enter" && !event.shiftKey) event.preventDefault();
});

// --- whose phone, and what goes wrong

function choose() {
  const chosen = $("number").value;
  $("another").hidden = chosen !== "";
  if (chosen) pick(chosen);
  else $("typed").focus();
}

$("number").addEventListener("change", choose);
$("who").addEventListener("submit", (event) => event.preventDefault());
$("another").addEventListener("submit", (event) => {
  event.preventDefault();
  const own = new Option($("typed").value, $("typed").value, true, true);
  $("number").add(own, $("number").options.length - 1);
  $("typed").value = "";
  choose();
  body.focus();
});

$("faults").addEventListener("click", async (event) => {
  const kind = event.target.dataset.fault;
  if (!kind) return;
  try {
    const answer = await fetch(`${api}/faults`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ kind, seconds: Number(event.target.dataset.seconds ?? 2) }),
    });
    const { waiting } = await answer.json();
    $("fault-said").textContent = `Waiting to go wrong: ${plural(waiting.length, "fault")}. Added “${event.target.textContent}”.`;
  } catch {
    $("fault-said").textContent = "The stand-in does not answer.";
  }
});

choose();
typed();
poll();
