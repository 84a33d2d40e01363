// A call on the simulated phone. The stand-in speaks Twilio's protocols with the desk; here is only the handset, and the
// clinic's own telephone. The browser's recognition and synthesis of speech are used where there are any.
"use strict";

(() => {
  const $ = (id) => document.getElementById(id);
  const phone = document.querySelector(".phone");
  const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
  const synthesis = window.speechSynthesis;
  const STATES = {
    ringing: "Calling…", talking: "On the line", transfer: "Ringing the clinic’s staff…", person: "With a person",
    ended: "Call ended",
  };

  const HOW = { machine: "Voicemail has answered; this is what it keeps:", screen: "Call screening asks who is calling and why. Say something to take the call." };

  let socket = null;
  let telephone = null; // the socket on which the clinic can call this phone
  let whose = "";
  let began = 0;
  let clock = 0;
  let ear = null;
  let speaking = []; // what is being read aloud, first to last: {text, interruptible, item, out}
  let lang = "en-US";
  const music = new Audio(); // while nobody has come yet

  const send = (what) => socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify(what));

  function line(text, mine) {
    const item = document.createElement("p");
    item.textContent = text;
    item.dir = "auto";
    if (mine) item.className = "mine";
    $("call-log").append(item);
    $("call-log").scrollTop = $("call-log").scrollHeight;
    return item;
  }

  function state(now) {
    $("call-state").textContent = STATES[now] ?? now;
    $("desk-phone").hidden = now !== "transfer";
    if (now === "ended" || now === "ringing") $("speak").hidden = $("keys").hidden = now === "ended";
    if (now === "ended") {
      $("picking").hidden = true;
      $("hangup").hidden = false;
    }
    if (now === "transfer") {
      $("desk-said").textContent = "The clinic’s own telephone is ringing.";
      ring("answer");
    }
    if (now !== "transfer") music.pause();
    if (now === "ended") over();
  }

  function play(url) {
    if ($("call-log").lastElementChild?.dataset.what !== "music") line("♪ (music while you wait)", false).dataset.what = "music";
    if (!$("aloud").checked) return;
    music.src = new URL(url).pathname;
    music.play().catch(() => {}); // a browser that plays no sound yet shows the line
  }

  function ring(shown) {
    for (const button of document.querySelectorAll("[data-staff]")) {
      button.hidden = button.dataset.staff !== "" && button.dataset.staff !== shown;
    }
  }

  function tick() {
    const seconds = Math.floor((Date.now() - began) / 1000);
    $("call-time").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  // --- what the desk says

  function said(what) {
    const before = lang;
    lang = /^[a-z]{2,3}-/.test(what.lang) ? what.lang : lang;
    if (ear && lang !== before) listen(true);
    const item = line(what.text, false);
    if (what.slow) item.dataset.how = "slowly";
    if (!synthesis || !$("aloud").checked) return;
    const spoken = new SpeechSynthesisUtterance(what.text);
    const one = { text: what.text, interruptible: what.interruptible, item, out: "" };
    spoken.lang = lang;
    if (what.slow) spoken.rate = 0.75;
    spoken.onboundary = (event) => { one.out = what.text.slice(0, event.charIndex); };
    spoken.onend = spoken.onerror = () => { speaking = speaking.filter((x) => x !== one); };
    speaking.push(one);
    synthesis.speak(spoken);
  }

  // Whoever speaks over the desk has not heard the rest.
  function over_it() {
    if (!speaking.length || !speaking.every((x) => x.interruptible)) return;
    const [first, ...rest] = speaking;
    send({ t: "cut", heard: first.out });
    first.item.classList.toggle("cut", first.out.length < first.text.length / 2);
    for (const one of rest) one.item.classList.add("cut");
    speaking = [];
    synthesis.cancel();
  }

  // --- what the caller says

  function speak(text) {
    over_it();
    line(text, true);
    send({ t: "say", text });
  }

  $("speak").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("words").value.trim();
    if (!text) return;
    $("words").value = "";
    speak(text);
  });

  $("call").addEventListener("click", (event) => {
    const { key, staff, pick: how } = event.target.dataset;
    if (how !== undefined) pick(how);
    if (key !== undefined) {
      over_it();
      line(key, true);
      send({ t: "key", digit: key });
    }
    if (staff !== undefined) {
      send({ t: "staff", key: staff });
      if (staff !== "answer") $("desk-phone").hidden = true;
    }
  });

  function listen(on) {
    $("mic").setAttribute("aria-pressed", String(on));
    const last = ear;
    ear = null;
    last?.abort();
    if (!on) return;
    const mine = ear = new Recognition();
    mine.lang = lang;
    mine.continuous = mine.interimResults = true;
    mine.onresult = (event) => {
      const result = event.results[event.results.length - 1];
      const text = result[0].transcript.trim();
      if (result.isFinal) speak(text);
      else if (text) {
        over_it();
        send({ t: "hear", text });
      }
    };
    mine.onend = () => ear === mine && listen(true);
    mine.onerror = (event) => ear === mine && event.error !== "no-speech" && listen(false);
    mine.start();
  }

  $("mic").hidden = !Recognition;
  $("aloud-label").hidden = !synthesis;
  $("mic").addEventListener("click", () => listen($("mic").getAttribute("aria-pressed") !== "true"));
  $("aloud").addEventListener("change", () => {
    synthesis?.cancel();
    music.pause();
  });

  // --- the call

  function open(number, what) {
    const base = new URL(`${document.body.dataset.api}/handset/${encodeURIComponent(number)}/${what}`, location.href);
    base.protocol = base.protocol.replace("http", "ws");
    return new WebSocket(base);
  }

  function heard(event) {
    const what = JSON.parse(event.data);
    if (what.t === "ring") rung();
    if (what.t === "say") said(what);
    if (what.t === "play") play(what.url);
    if (what.t === "state" && socket) state(what.state);
    if (what.t === "beep") line("♪ (the tone: what you say now is recorded, # ends it)", true);
    if (what.t === "whisper") {
      if ($("desk-phone").hidden) line(`At the clinic’s telephone: “${what.text}”`, false);
      $("desk-said").textContent = `They hear: “${what.text}”`;
      ring("1");
    }
    if (what.t === "over" && what.errors.length) line(`Twilio’s log: ${what.errors.join("; ")}`, false);
  }

  function dial() {
    const number = $("number").value;
    if (!number || socket) return;
    const mine = socket = open(number, "call");
    begin("ringing");
    $("words").focus();
    mine.onmessage = heard;
    mine.onclose = () => socket === mine && state("ended");
  }

  // --- the clinic calls this phone

  function rung() {
    socket = telephone;
    begin("ringing");
    $("call-state").textContent = "The clinic is calling…";
    $("picking").hidden = false;
    $("speak").hidden = $("keys").hidden = $("hangup").hidden = true;
    document.querySelector("[data-pick]").focus();
  }

  function pick(how) {
    $("picking").hidden = true;
    $("hangup").hidden = false;
    send({ t: "pick", how });
    if (HOW[how]) line(HOW[how], true);
    $("speak").hidden = $("keys").hidden = how === "machine" || how === "no";
    if (!$("speak").hidden) $("words").focus();
  }

  function lie() {
    const number = $("number").value;
    if (number === whose || socket) return;
    whose = number;
    telephone?.close();
    telephone = null;
    if (!number) return;
    const mine = telephone = open(number, "line");
    mine.onmessage = heard;
    mine.onclose = () => {
      if (telephone !== mine) return;
      whose = "";
      telephone = null;
    };
  }

  async function remind(event) {
    event.preventDefault();
    const number = $("number").value;
    if (!number || socket) return;
    $("remind-said").textContent = "The clinic is looking it up…";
    try {
      const answer = await fetch(`/phone/${encodeURIComponent(number)}/remind`, { method: "POST" });
      $("remind-said").textContent = (await answer.json()).said;
    } catch {
      $("remind-said").textContent = "The clinic does not answer.";
    }
  }

  function begin(how) {
    began = Date.now();
    clock = setInterval(tick, 1000);
    $("call-log").replaceChildren();
    $("call").hidden = false;
    $("picking").hidden = true;
    $("hangup").textContent = "Hang up";
    phone.classList.add("calling");
    state(how);
    tick();
  }

  function over() {
    clearInterval(clock);
    listen(false);
    socket = null; // the stand-in closes it, once it has said what Twilio would have in its log
    $("hangup").textContent = "Close";
  }

  $("dial").addEventListener("click", dial);
  $("remind")?.addEventListener("submit", remind);
  $("number").addEventListener("change", lie);
  setInterval(lie, 1000); // another phone was chosen during a call, or the stand-in was away
  lie();
  $("hangup").addEventListener("click", () => {
    if (socket) {
      synthesis?.cancel();
      speaking = [];
      send({ t: "hangup" });
      return;
    }
    $("call").hidden = true;
    phone.classList.remove("calling");
    $("dial").focus();
  });
})();
