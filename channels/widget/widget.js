/* Frontdesk's web chat: <script src="https://desk.example/widget.js" data-clinic="demo" async></script>
   One web component, <frontdesk-chat>; the wire is described in channels/chat.py, the texts live in strings/.
   Nothing a person writes is stored in the browser: sessionStorage keeps the session's token and the last line seen. */
(() => {
  "use strict";
  if (customElements.get("frontdesk-chat")) return;

  const MAX_TEXT = 2000; // characters, as channels/chat.py counts them
  const MAX_PHOTO = 8 * 1024 * 1024; // bytes, as agent/web/chat_photos.py takes them
  const PHOTO_SIDE = 2000; // pixels; the server keeps no more
  const NEAR_END = 200;
  const PING_AFTER = 20000; // ms without a frame
  const DEAD_AFTER = 10000; // ms without an answer
  const RETRY = [500, 15000]; // ms, doubled from the first to the last
  const SVG = "http://www.w3.org/2000/svg";

  const script = document.currentScript || document.querySelector('script[src*="/widget.js"][data-clinic]');
  const base = new URL(script ? script.src : location.href, location.href).origin;

  /** An element; `props` are attributes, functions become listeners. Text is only ever set as text. */
  const h = (tag, props = {}, ...kids) => {
    const el = document.createElement(tag);
    for (const [key, value] of Object.entries(props)) {
      if (typeof value === "function") el.addEventListener(key, value);
      else if (value !== false && value != null) el.setAttribute(key, value === true ? "" : value);
    }
    el.append(...kids);
    return el;
  };

  const icon = (...paths) => {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    for (const d of paths) {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", d);
      svg.append(path);
    }
    return svg;
  };

  const count = (text) => [...text].length;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, key) => (key in values ? values[key] : all));
  const newId = () =>
    crypto.randomUUID ? crypto.randomUUID() : [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

  /** +15550100123 as people write it where the number is North American; others as they came. */
  const phoneText = (phone) => phone.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "($1) $2-$3");

  const LINK = /(https?:\/\/[^\s<>"'`]+)|(tel:\+?[\d().-]{3,20})|(\+\d[\d ().-]{6,18}\d|\(?\b\d{3}\)?[ .-]\d{3}[.-]\d{4}\b)|\b(911|988|112|999|111)\b/g;

  /** The text with its links as real ones: https, our own pages, tel, phone numbers; emergency numbers in urgent lines
      only. The link to a visit's calendar file is a button that says `calendar`. */
  const linked = (text, urgent, calendar) => {
    const out = document.createDocumentFragment();
    let from = 0;
    for (const found of text.matchAll(LINK)) {
      let [said, url, tel, number, short] = found;
      if (short && !urgent) continue;
      if (url) {
        said = said.replace(/[.,;:!?)\]}»”]+$/, "");
        if (URL.canParse?.(said) === false) continue;
        if (said.startsWith("http:") && !said.startsWith(base + "/")) continue;
      }
      const visit = url && said.startsWith(base + "/visit/");
      out.append(text.slice(from, found.index));
      from = found.index + said.length;
      const label = tel ? said.slice(4) : said;
      out.append(
        url
          ? h("a", { href: said, target: "_blank", rel: "noopener noreferrer", class: visit && "go" }, visit ? calendar : label)
          : h("a", { href: "tel:" + label.replace(/[^\d+]/g, ""), dir: "ltr" }, label),
      );
    }
    out.append(text.slice(from));
    return out;
  };

  /** What the browser keeps for this tab: the token and the last line seen, never a word of the conversation. */
  const keep = {
    key: (clinic) => `frontdesk:${base}:${clinic}`,
    read(clinic) {
      try {
        return JSON.parse(sessionStorage.getItem(this.key(clinic))) || {};
      } catch {
        return {};
      }
    },
    write(clinic, value) {
      try {
        if (value.token) sessionStorage.setItem(this.key(clinic), JSON.stringify(value));
        else sessionStorage.removeItem(this.key(clinic));
      } catch {
        /* storage is refused: the conversation lives as long as the page */
      }
    },
  };

  /** A photograph made smaller where it is large, turned upright, without what the camera wrote into it; as it was where
      the browser cannot draw it. */
  const smaller = async (file) => {
    try {
      const picture = await createImageBitmap(file);
      const scale = Math.min(1, PHOTO_SIDE / Math.max(picture.width, picture.height));
      const canvas = h("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      return (await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85))) || file;
    } catch {
      return file;
    }
  };

  /** A socket that comes back by itself. Calls hello(), heard(frame) and changed(state: connecting|open|lost|off). */
  class Wire {
    constructor(url, ears) {
      Object.assign(this, { url, ears, socket: null, tries: 0, timers: {}, wanted: false, ready: false });
      addEventListener("online", () => this.wanted && !this.ready && this.again());
      addEventListener("offline", () => this.wanted && this.drop());
    }
    start() {
      this.wanted = true;
      if (this.socket) return;
      this.clear();
      this.ears.changed(this.tries ? "lost" : "connecting");
      let socket;
      try {
        socket = new WebSocket(this.url);
      } catch {
        return this.drop();
      }
      this.socket = socket;
      this.expect();
      socket.onopen = () => this.socket === socket && this.send(this.ears.hello());
      socket.onclose = () => this.socket === socket && this.drop();
      socket.onmessage = (event) => {
        if (this.socket !== socket) return;
        this.alive();
        let frame;
        try {
          frame = JSON.parse(event.data);
        } catch {
          return;
        }
        if (frame.t === "welcome") {
          this.tries = 0;
          this.ready = true;
        }
        this.ears.heard(frame);
        if (frame.t === "welcome") this.ears.changed("open");
      };
    }
    send(frame) {
      if (!this.socket || this.socket.readyState !== WebSocket.OPEN) return false;
      this.socket.send(JSON.stringify(frame));
      if (frame.t !== "typing" && frame.t !== "seen") this.expect();
      return true;
    }
    expect() {
      this.timers.dead ??= setTimeout(() => this.drop(), DEAD_AFTER);
    }
    alive() {
      this.clear();
      this.timers.ping = setTimeout(() => this.send({ t: "ping" }), PING_AFTER);
    }
    clear() {
      for (const timer of Object.values(this.timers)) clearTimeout(timer);
      this.timers = {};
    }
    hang() {
      const { socket } = this;
      this.socket = null;
      this.ready = false;
      this.clear();
      socket?.close();
    }
    drop() {
      this.hang();
      if (!this.wanted) return;
      const wait = Math.min(RETRY[1], RETRY[0] * 2 ** this.tries++) * (0.75 + Math.random() / 2);
      this.timers.again = setTimeout(() => this.start(), Math.max(RETRY[0], Math.min(RETRY[1], wait)));
      this.ears.changed("lost");
    }
    again() {
      this.hang();
      this.tries = 0;
      this.start();
    }
    /** Back from sleep or another tab: is the line still there? */
    wake() {
      if (this.ready) this.send({ t: "ping" });
      else if (this.wanted) this.again();
    }
    stop() {
      this.wanted = false;
      this.tries = 0;
      this.hang();
      this.ears.changed("off");
    }
  }

  class FrontdeskChat extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      this.clinic = this.dataset.clinic || "";
      this.kept = keep.read(this.clinic);
      this.pending = new Map(); // client_id -> message not yet acknowledged, in the order written
      this.own = new Map(); // client_id -> its element
      this.byId = new Map(); // line id -> its element
      this.missing = new Set(); // languages without texts
      this.unread = 0;
      this.mode = "agent";
      this.name = "";
      this.phone = "";
      this.state = "off";
      this.notice = "";
      this.shows = false;
      const url = new URL("/chat/socket", base);
      url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
      this.wire = new Wire(url.href, {
        hello: () => ({ t: "hello", clinic: this.clinic, lang: /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/i.test(this.lang0) ? this.lang0 : "", token: this.kept.token || null, after: this.last() }),
        heard: (frame) => this.heard(frame),
        changed: (state) => this.changed(state),
      });
      this.lang0 = this.dataset.lang || document.documentElement.lang || navigator.language || "en";
      this.build();
      this.begin();
    }

    async begin() {
      while (!(await this.chooseLanguage(this.lang0))) await new Promise((go) => setTimeout(go, 5000));
      this.dock.dir = this.texts.dir;
      this.dock.hidden = false;
      if (this.kept.token) this.wire.start();
      if (this.hasAttribute("data-open")) this.open(false);
    }

    /** Texts of the language, else of its base, else English. False when the server cannot be reached. */
    async chooseLanguage(lang, otherwise = "en") {
      for (const each of new Set([lang, lang.split("-")[0], otherwise].map((x) => x.toLowerCase()))) {
        if (!/^[a-z0-9-]+$/.test(each) || this.missing.has(each)) continue;
        if (each === this.chrome) return true;
        try {
          const answer = await fetch(`${base}/widget/strings/${each}.json`, { credentials: "omit" });
          if (answer.status === 404) {
            this.missing.add(each);
            continue;
          }
          if (!answer.ok) continue;
          this.texts = await answer.json();
        } catch {
          continue; // no line, or a 404 that another site may not read
        }
        this.chrome = each;
        this.speak();
        return true;
      }
      return false;
    }

    t(key, values = {}) {
      return fill(this.texts?.[key] ?? "", values);
    }

    // ---- the rooms of the panel

    build() {
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(CSS_TEXT);
      root.adoptedStyleSheets = [sheet];

      this.badge = h("span", { class: "badge", "aria-hidden": "true", hidden: true });
      this.launchText = h("span");
      this.launcher = h(
        "button",
        { class: "launcher", type: "button", "aria-expanded": "false", "aria-controls": "panel", click: () => this.open(true) },
        icon("M12 3C6.8 3 3 6.4 3 10.7c0 2.5 1.3 4.6 3.4 6L6 21l4.3-2.5c.6.1 1.1.1 1.7.1 5.2 0 9-3.5 9-7.9S17.2 3 12 3Z"),
        this.launchText,
        this.badge,
      );

      this.heading = h("h2", { id: "title" });
      this.who = h("p", { class: "who", id: "who" });
      this.closer = h("button", { class: "icon close", type: "button", click: () => this.close() }, icon("M6 6l12 12M18 6L6 18"));
      this.person = h("button", { class: "pill", type: "button", click: () => this.askPerson() });
      this.call = h("a", { class: "pill", hidden: true });
      const header = h("header", {}, h("div", { class: "top" }, h("div", { class: "names" }, this.heading, this.who), this.closer), h("div", { class: "ways" }, this.person, this.call));

      this.log = h("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0" });
      this.log.addEventListener("scroll", () => (this.atEnd = this.stuck()));
      new ResizeObserver(() => this.atEnd && this.bottom()).observe(this.log);
      this.writes = h("div", { class: "writes", role: "status" });
      this.bar = h("div", { class: "bar", role: "status" });

      this.counter = h("div", { class: "counter", id: "counter", hidden: true });
      this.spoken = h("div", { class: "vh", role: "status" });
      this.input = h("textarea", { rows: "1", enterkeyhint: "send", autocomplete: "off", "aria-describedby": "counter" });
      this.input.addEventListener("input", () => this.typed());
      this.input.addEventListener("keydown", (event) => {
        // 229: some browsers end a composition with an Enter that is not meant to send
        if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
        event.preventDefault();
        this.submit();
      });
      this.picker = h("input", { type: "file", accept: "image/jpeg,image/png", hidden: true, tabindex: "-1", change: () => this.picked() });
      this.snapText = h("span");
      this.snap = h("button", { class: "pill", type: "button", click: () => this.picker.click() }, icon("M4 8h3l2-3h6l2 3h3v11H4V8Z", "M12 10a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7Z"), this.snapText);
      this.snaps = h("div", { class: "snaps", hidden: true }, this.snap, this.picker);
      this.sender = h("button", { class: "icon send", type: "submit" }, icon("M4 12l16-8-5 16-3-6.5L4 12Z"));
      const form = h("form", { submit: (event) => (event.preventDefault(), this.submit()) }, h("div", { class: "field" }, this.input, this.counter), this.sender, this.spoken);

      this.panel = h("section", { id: "panel", class: "panel", role: "dialog", "aria-labelledby": "title", "aria-describedby": "who", hidden: true }, header, this.log, this.writes, this.bar, this.snaps, form);
      this.panel.addEventListener("keydown", (event) => this.keys(event));
      this.dock = h("div", { class: "dock", hidden: true }, this.panel, this.launcher);
      root.append(this.dock);

      document.addEventListener("visibilitychange", () => {
        this.seen();
        if (document.visibilityState === "visible") this.wire.wake();
      });
      document.addEventListener("click", (event) => {
        if (event.target.closest?.("[data-frontdesk-open]")) this.open(true);
      });
      addEventListener("offline", () => this.status());
      addEventListener("online", () => this.status());
      addEventListener("beforeunload", (event) => this.pending.size && event.preventDefault());
      // a phone's keyboard covers a full-screen panel unless the panel shrinks with what is visible
      const view = window.visualViewport;
      view?.addEventListener("resize", () => view.scale === 1 && this.panel.style.setProperty("--seen", view.height + "px"));
    }

    /** Every fixed text, in the chrome's language. */
    speak() {
      this.panel.dir = this.texts.dir;
      this.panel.lang = this.dock.lang = this.chrome;
      this.launchText.textContent = this.t("open");
      this.closer.setAttribute("aria-label", this.t("close"));
      this.closer.title = this.t("close");
      this.log.setAttribute("aria-label", this.t("messages"));
      this.input.setAttribute("aria-label", this.t("write"));
      this.input.placeholder = this.t("write");
      this.sender.setAttribute("aria-label", this.t("send"));
      this.sender.title = this.t("send");
      this.heading.textContent = this.clinicName || this.t("open");
      this.snapText.textContent = this.t("photo_send");
      for (const el of this.log.querySelectorAll(".m")) this.dress(el);
      this.desk();
      this.status();
      this.badges();
      this.measure();
    }

    /** Who answers, and the ways to a person. */
    desk() {
      const staff = this.mode === "staff";
      const waiting = this.mode === "waiting_staff";
      this.who.textContent = staff ? this.t(this.name ? "staff" : "staff_nameless", { name: this.name }) : this.t("assistant");
      if (waiting) this.who.append(h("span", {}, " · " + this.t("waiting")));
      this.who.dataset.mode = this.mode;
      this.person.hidden = staff;
      this.person.textContent = this.t(waiting ? "person_asked" : "person");
      this.person.setAttribute("aria-disabled", String(waiting || !!this.asking));
      this.call.hidden = !this.phone;
      if (!this.phone) return;
      this.call.href = "tel:" + this.phone;
      this.call.setAttribute("aria-label", this.t("call", { phone: phoneText(this.phone) }));
      this.call.replaceChildren(icon("M7 3h3l1.5 5L9 9.7a12 12 0 0 0 5.3 5.3l1.7-2.5 5 1.5v3c0 2-1.5 3.5-3.5 3.5C9.8 20 4 14.200 3.500 6.500 3.500 4.500 5 3 7 3Z"), h("bdi", { dir: "ltr" }, phoneText(this.phone)));
    }

    // ---- open, close, keyboard

    open(focus) {
      if (!this.texts) return;
      this.shows = true;
      this.panel.hidden = false;
      this.launcher.hidden = true;
      this.launcher.setAttribute("aria-expanded", "true");
      this.panel.setAttribute("aria-modal", String(this.full()));
      if (!this.dead) this.wire.start();
      this.seen();
      this.bottom();
      if (focus) this.input.focus();
    }

    close() {
      this.shows = false;
      this.panel.hidden = true;
      this.launcher.hidden = false;
      this.launcher.setAttribute("aria-expanded", "false");
      this.launcher.focus();
    }

    full() {
      return matchMedia("(max-width: 479.98px)").matches;
    }

    keys(event) {
      if (event.key === "Escape" && !event.isComposing) {
        event.stopPropagation();
        this.close();
      } else if (event.key === "Tab" && this.full()) {
        // full screen: what is behind cannot be seen, so the focus stays here
        const stops = [...this.panel.querySelectorAll("button, a[href], textarea, [tabindex='0']")].filter((el) => el.offsetParent && !el.disabled);
        const edge = event.shiftKey ? stops[0] : stops.at(-1);
        if (this.shadowRoot.activeElement !== edge) return;
        event.preventDefault();
        (event.shiftKey ? stops.at(-1) : stops[0]).focus();
      }
    }

    // ---- what the server says

    heard(frame) {
      if (frame.t === "welcome") this.welcome(frame);
      else if (frame.t === "line") this.line(frame.line, true);
      else if (frame.t === "ack") this.acknowledged(frame.client_id, frame.line);
      else if (frame.t === "typing") this.typing(frame.on, frame.who);
      else if (frame.t === "photo") this.photo(frame.on);
      else if (frame.t === "mode") this.becomes(frame.mode, frame.name);
      else if (frame.t === "error") this.refused(frame);
      else if (frame.t === "pong") for (const each of this.pending.values()) this.deliver(each); // unheard so far
    }

    welcome(frame) {
      const resumed = this.kept.token === frame.token || this.conversation === frame.conversation;
      const fresh = this.byId.size > 0 && this.conversation !== frame.conversation;
      if (fresh) this.forget();
      this.conversation = frame.conversation;
      const before = this.kept.seen || "";
      this.kept = { token: frame.token, seen: resumed ? before : "" };
      this.toldSeen = "";
      this.clinicName = frame.clinic_name;
      this.heading.textContent = frame.clinic_name;
      this.phone = frame.phone || "";
      this.personPayload = frame.person;
      this.notice = fresh ? "fresh" : "";
      this.becomes(frame.mode || "agent", frame.name);
      this.photo(false);
      const missed = this.byId.size > 0; // back after a bad line: what comes is news, not history
      if (!missed) this.log.setAttribute("aria-busy", "true");
      for (const line of frame.lines) {
        this.line(line, missed);
        if (!missed && resumed && line.direction === "out" && line.id > before && !this.looking()) this.unread++;
      }
      this.log.removeAttribute("aria-busy");
      for (const each of this.pending.values()) this.deliver(each);
      this.badges();
      this.seen();
      this.bottom();
    }

    /** The server began another conversation: what was said before is not part of it. */
    forget() {
      for (const el of this.byId.values()) el.remove();
      for (const [id, el] of this.own) if (!this.pending.has(id)) el.remove(), this.own.delete(id);
      this.byId.clear();
    }

    /** `live`: it has just been said (announce it, count it), not history. */
    line(line, live) {
      if (this.byId.has(line.id)) return;
      if (line.client_id && this.own.has(line.client_id)) {
        if (line.lang) this.own.get(line.client_id).querySelector(".b").lang = line.lang;
        return this.acknowledged(line.client_id, line.id);
      }
      const mine = line.direction === "in";
      if (mine) this.spend();
      else this.typing(false);
      const el = this.show({ ...line, mine, state: mine ? "sent" : "" }, live);
      if (line.client_id) this.own.set(line.client_id, el);
      this.place(el, line.id);
      if (mine) return;
      this.asking = false;
      this.desk();
      // the patient may have changed the language: the disclosure must be in one they read
      if (line.author === "agent" && line.lang) this.chooseLanguage(line.lang, this.chrome);
      if (!live) return;
      if (line.urgent && !this.shows) this.open(false);
      if (!this.looking()) this.unread++;
      this.badges();
      this.seen();
    }

    acknowledged(clientId, lineId) {
      const el = this.own.get(clientId);
      this.pending.delete(clientId);
      if (!el) return;
      el.dataset.state = "sent";
      this.dress(el);
      if (lineId) this.place(el, lineId);
      else if (!el.dataset.id) el.dataset.id = this.last() + "~"; // after what is here, before what comes
      this.status();
    }

    /** In order of line ids; what has no id yet stays last. */
    place(el, id) {
      const stuck = this.stuck();
      this.byId.set(id, el);
      el.dataset.id = id;
      const later = [...this.log.children].find((other) => other !== el && (!other.dataset.id || other.dataset.id > id));
      if (el.parentNode !== this.log || (later || null) !== el.nextElementSibling) this.log.insertBefore(el, later || null);
      if (stuck) this.bottom();
    }

    last() {
      let last = "";
      for (const id of this.byId.keys()) if (id > last) last = id;
      return last;
    }

    becomes(mode, name) {
      this.mode = mode;
      this.name = name || "";
      this.asking = false;
      this.desk();
    }

    /** The way to send a photograph stands there while one is asked for. */
    photo(on) {
      const held = this.snaps.contains(this.shadowRoot.activeElement);
      this.snaps.hidden = !on;
      if (!on && held) this.input.focus();
      if (this.atEnd) this.bottom();
    }

    async picked() {
      const [file] = this.picker.files;
      this.picker.value = "";
      if (!file || this.dead) return;
      const frame = { t: "photo", client_id: newId(), text: this.t("photo"), body: await smaller(file) };
      this.say(frame);
      if (frame.body.size > MAX_PHOTO) this.fail(frame.client_id, "photo_wrong");
      this.input.focus();
    }

    /** A photograph goes by itself beside the socket; what fails for want of a line goes again with the next look. */
    async post(frame) {
      if (frame.busy || frame.body.size > MAX_PHOTO) return;
      frame.busy = true;
      try {
        const headers = { "Content-Type": frame.body.type || "image/jpeg", "X-Chat-Token": this.kept.token, "X-Client-Id": frame.client_id };
        const answer = await fetch(`${base}/chat/photo`, { method: "POST", body: frame.body, headers, credentials: "omit" });
        const told = await answer.json();
        if (answer.ok) this.acknowledged(frame.client_id, told.line);
        else this.refused({ code: told.code, client_id: frame.client_id });
      } catch {
        /* no line */
      }
      frame.busy = false;
    }

    typing(on, who) {
      clearTimeout(this.typingTimer);
      this.writes.replaceChildren();
      if (!on) return;
      const said = who === "staff" ? this.t("staff_typing", { name: this.name || this.t("our_staff") }) : this.t("desk_typing");
      this.writes.append(h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), h("span", {}, said));
      this.typingTimer = setTimeout(() => this.typing(false), 30000);
    }

    refused(frame) {
      const { code, client_id: id } = frame;
      if (code === "unknown_clinic" || code === "refused") {
        this.dead = true;
        for (const each of [...this.pending.keys()]) this.fail(each, "");
        this.notice = "unavailable";
        this.input.disabled = this.sender.disabled = true;
        this.wire.stop();
      } else if (code === "expired") {
        const resuming = !this.wire.ready && this.kept.token;
        this.kept = {};
        keep.write(this.clinic, {});
        if (resuming) return this.wire.again();
        if (!this.wire.ready) return this.wire.drop();
        this.notice = "expired";
        this.wire.stop(); // the next message starts a new conversation
        if (this.pending.size) this.wire.start();
      } else if (id && this.pending.has(id)) {
        this.fail(id, code);
      } else {
        this.notice = code in this.texts ? code : "busy";
        if (!this.wire.ready) this.wire.drop(); // no welcome will follow: come back later
      }
      this.status();
    }

    // ---- what the person says

    submit() {
      const text = this.input.value.toWellFormed?.() ?? this.input.value;
      if (!text.trim() || count(text.trim()) > MAX_TEXT || this.dead) return;
      this.input.value = "";
      this.typed(true);
      this.say({ t: "say", client_id: newId(), text: text.trim() });
      this.input.focus();
    }

    choose(button, keyboard) {
      this.say({ t: "choose", client_id: newId(), payload: button.payload, text: button.label });
      if (keyboard) this.input.focus();
      else this.log.focus({ preventScroll: true });
    }

    askPerson() {
      if (this.dead || this.person.getAttribute("aria-disabled") === "true") return;
      this.asking = true;
      this.say({ t: "choose", client_id: newId(), payload: "", text: this.t("person") });
      this.desk();
    }

    /** Shown at once, kept until acknowledged. */
    say(frame) {
      this.spend();
      this.notice = "";
      const el = this.show({ text: frame.text, mine: true, author: "patient", at: new Date().toISOString(), state: "sending" }, true);
      this.own.set(frame.client_id, el);
      this.log.append(el);
      this.queue(frame);
      this.bottom();
    }

    queue(frame) {
      this.pending.set(frame.client_id, frame);
      if (this.wire.ready) this.deliver(frame);
      else if (!this.dead) this.wire.start();
      this.status();
    }

    deliver(frame) {
      if (frame.t === "choose") frame.payload ||= this.personPayload;
      if (frame.t === "photo") this.post(frame);
      else this.wire.send(frame);
    }

    fail(id, code) {
      const frame = this.pending.get(id);
      const el = this.own.get(id);
      this.pending.delete(id);
      this.asking = false;
      this.desk();
      el.dataset.state = "failed";
      el.dataset.why = code;
      el.retry = () => {
        el.retry = null;
        el.dataset.state = "sending";
        this.log.append(el);
        this.queue(frame);
        this.dress(el);
        this.input.focus();
      };
      this.dress(el);
      this.spoken.textContent = `${this.t("failed")}. ${this.t(code || "unavailable")}`;
    }

    typed(sent) {
      this.measure();
      const { value } = this.input;
      this.input.style.height = "auto";
      this.input.style.height = Math.min(this.input.scrollHeight + 2, 132) + "px";
      const now = Date.now();
      clearTimeout(this.quiet);
      const off = () => this.telling && ((this.telling = 0), this.wire.ready && this.wire.send({ t: "typing", on: false }));
      if (sent || !value) return off();
      if (this.wire.ready && now - (this.telling || 0) > 3000) {
        this.telling = now;
        this.wire.send({ t: "typing", on: true });
      }
      this.quiet = setTimeout(off, 5000);
    }

    measure() {
      const left = MAX_TEXT - count(this.input.value.trim());
      this.counter.hidden = left > NEAR_END;
      this.counter.textContent = this.counter.hidden ? "" : this.t(left < 0 ? "over" : "left", { n: Math.abs(left) });
      this.counter.dataset.over = left < 0;
      this.input.setAttribute("aria-invalid", String(left < 0));
      this.sender.disabled = left < 0;
      const step = left > NEAR_END ? "" : left < 0 ? "over" : Math.ceil(left / 50);
      if (step !== this.step) this.spoken.textContent = this.counter.textContent; // said now and then, not at every key
      this.step = step;
    }

    // ---- how a message looks

    show(line, live) {
      const mine = line.mine;
      const el = h("div", { class: mine ? "m mine" : "m", "data-by": line.author, "data-state": line.state });
      if (line.urgent) el.classList.add("urgent");
      if (line.urgent && live) {
        el.setAttribute("role", "alert");
        el.setAttribute("aria-live", "assertive");
      }
      el.said = line;
      const bubble = h("div", { class: "b", dir: line.dir || "auto" });
      if (line.lang) bubble.lang = line.lang;
      bubble.append(mine ? line.text || (line.photo ? this.t("photo") : "") : linked(line.text, line.urgent, this.t("calendar")));
      el.append(h("div", { class: "by" }), bubble);
      if (line.buttons?.length) {
        const group = h("div", { class: "choices", role: "group", lang: line.lang || false, dir: line.dir || false });
        for (const each of line.buttons) {
          group.append(h("button", { type: "button", dir: "auto", click: (event) => this.choose(each, event.detail === 0) }, each.label));
        }
        el.append(group);
      }
      el.append(h("div", { class: "meta" }));
      this.dress(el);
      return el;
    }

    /** The parts of a message that are chrome: who, when, its state. */
    dress(el) {
      const { said } = el;
      const staff = said.name ? `${said.name} · ${this.t("our_staff")}` : this.t("our_staff");
      const by = said.mine ? this.t("you") : said.author === "staff" ? staff : this.t("assistant");
      const mark = said.urgent ? [icon("M12 4 2.500 20h19L12 4Zm0 6v4.500m0 2.500v.5"), h("strong", {}, this.t("urgent")), "· "] : [];
      el.querySelector(".by").replaceChildren(...mark, by);
      const at = new Date(said.at);
      const today = at.toDateString() === new Date().toDateString();
      const when = at.toLocaleString(this.chrome, { hour: "numeric", minute: "2-digit", ...(today ? {} : { weekday: "short", day: "numeric", month: "short" }) });
      const meta = [h("time", { datetime: said.at }, when)];
      const { state } = el.dataset;
      if (state === "sending") meta.push(" · " + this.t(this.state === "open" ? "sending" : "kept"));
      if (state === "sent") meta.push(" · " + this.t("sent"));
      if (state === "failed") {
        const why = this.t(el.dataset.why);
        meta.push(" · ", h("strong", {}, this.t("failed")), why ? ". " + why : "");
        if (el.retry && !this.dead && !["too_long", "photo_wrong"].includes(el.dataset.why)) meta.push(" ", h("button", { type: "button", class: "again", click: el.retry }, this.t("again")));
      }
      el.querySelector(".meta").replaceChildren(...meta);
      if (this.atEnd) this.bottom();
    }

    /** Quick replies are offered once. */
    spend() {
      for (const group of this.log.querySelectorAll(".choices")) group.remove();
    }

    changed(state) {
      this.state = state;
      if (state !== "open") this.typing(false);
      if (this.texts) this.status();
    }

    /** One truthful line about the connection; nothing when all is well. */
    status() {
      const kept = this.pending.size ? "_kept" : "";
      let key = this.notice;
      if (!key && this.state !== "open" && this.state !== "off") key = navigator.onLine === false ? "offline" + kept : this.state === "lost" ? "lost" + kept : "connecting";
      const text = this.t(key);
      if (this.bar.textContent !== text) this.bar.textContent = text;
      this.bar.dataset.kind = key.replace("_kept", "");
      for (const id of this.pending.keys()) this.dress(this.own.get(id));
    }

    stuck() {
      return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    }

    bottom() {
      this.atEnd = true;
      this.log.scrollTop = this.log.scrollHeight;
      this.panel.scrollTop = this.panel.scrollHeight; // where the window is so low that the whole panel scrolls
    }

    looking() {
      return this.shows && document.visibilityState === "visible";
    }

    /** What is on the screen has been seen. */
    seen() {
      if (this.looking()) {
        this.unread = 0;
        this.kept.seen = this.last() || this.kept.seen;
        if (this.kept.seen && this.kept.seen !== this.toldSeen && this.wire.ready) {
          this.toldSeen = this.kept.seen;
          this.wire.send({ t: "seen", line: this.toldSeen });
        }
        this.badges();
      }
      keep.write(this.clinic, this.kept);
    }

    badges() {
      const n = this.unread;
      this.badge.hidden = !n;
      this.badge.textContent = n || "";
      if (n) this.launcher.setAttribute("aria-label", this.t("open_unread", { n }));
      else this.launcher.removeAttribute("aria-label");
      if (this.titled && document.title === this.titled) document.title = this.untitled;
      this.titled = "";
      if (!n) return;
      this.untitled = document.title;
      this.titled = document.title = `${this.t("new_title", { n })} · ${this.untitled}`;
    }
  }

  const CSS_TEXT = `
:host { all: initial; }
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
.dock {
  --bg: #fff; --ink: #16262a; --soft: #51646a; --edge: #d8e1df; --field: #74878c;
  --accent: var(--frontdesk-accent, #0b665e); --on: var(--frontdesk-on-accent, #fff);
  --desk: #edf4f2; --mine: var(--accent); --mine-ink: var(--on); --link: #0a5a53;
  --warn: #fff3e6; --warn-edge: #b23c0a; --warn-ink: #5e1e02; --bad: #a3200d; --note: #f6f1e3; --note-ink: #4f4212;
  color-scheme: light;
  font: medium/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", sans-serif;
  color: var(--ink); position: fixed; z-index: 2147483000; inset-block-end: 16px; inset-inline-end: 16px;
}
@media (prefers-color-scheme: dark) {
  .dock {
    --bg: #121c1f; --ink: #e9f0ef; --soft: #a9b9ba; --edge: #2e3f43; --field: #74898d;
    --accent: var(--frontdesk-accent-dark, #74d4c6); --on: var(--frontdesk-on-accent-dark, #05211d);
    --desk: #1e2c30; --mine: #17564f; --mine-ink: #fff; --link: #8fe0d4;
    --warn: #3a1f10; --warn-edge: #ff9a62; --warn-ink: #ffe3d1; --bad: #ff9e8c; --note: #2b2716; --note-ink: #f0e3b4;
    color-scheme: dark;
  }
}
button, textarea, a { font: inherit; color: inherit; }
button, a { touch-action: manipulation; }
button { cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
svg { inline-size: 1.35em; block-size: 1.35em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.vh { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.launcher {
  display: flex; align-items: center; gap: .55em; min-block-size: 54px; padding: 0 1.25em 0 1.05em; border: 1px solid transparent;
  border-radius: 27px; background: var(--accent); color: var(--on); font-weight: 600;
  box-shadow: 0 2px 6px rgb(10 40 40 / .18), 0 10px 28px rgb(10 40 40 / .22); position: relative;
}
.launcher:hover { filter: brightness(1.08); }
.badge {
  position: absolute; inset-block-start: -6px; inset-inline-end: -4px; min-inline-size: 24px; block-size: 24px; padding: 0 6px;
  border-radius: 12px; border: 2px solid var(--bg); background: #b3261e; color: #fff; font-size: .8em; line-height: 20px; text-align: center;
}

.panel {
  display: flex; flex-direction: column; inline-size: min(380px, calc(100vw - 32px)); block-size: min(600px, calc(100dvh - 32px));
  background: var(--bg); border: 1px solid var(--edge); border-radius: 18px; overflow: hidden;
  box-shadow: 0 4px 12px rgb(10 40 40 / .12), 0 18px 50px rgb(10 40 40 / .24);
}
header { padding: 14px 8px 12px 16px; padding-inline: 16px 8px; border-block-end: 1px solid var(--edge); }
.top { display: flex; align-items: flex-start; gap: 8px; }
.names { flex: 1; min-inline-size: 0; padding-block-start: 2px; }
h2 { margin: 0; font-size: 1.06em; line-height: 1.3; font-weight: 650; overflow-wrap: anywhere; }
.who { margin: 1px 0 0; font-size: .875em; color: var(--soft); }
.who::before { content: ""; display: inline-block; inline-size: .55em; block-size: .55em; margin-inline-end: .5em; border-radius: 2px; background: var(--accent); }
.who[data-mode=staff] { color: var(--ink); font-weight: 600; }
.who[data-mode=staff]::before { border-radius: 50%; }
.ways { display: flex; flex-wrap: wrap; gap: 8px; margin-block-start: 10px; padding-inline-end: 8px; }
.pill {
  display: inline-flex; align-items: center; justify-content: center; gap: .35em; flex: 1 1 auto; min-block-size: 44px; padding: 4px 8px;
  border: 1px solid var(--field); border-radius: 22px; background: var(--bg); color: var(--link); font-size: .9em; font-weight: 600; text-decoration: none;
}
.pill svg { inline-size: 1.1em; block-size: 1.1em; }
.pill:hover { background: var(--desk); }
.pill[aria-disabled=true] { color: var(--soft); border-style: dashed; cursor: default; background: var(--bg); }
.icon { display: inline-grid; place-items: center; flex: none; inline-size: 44px; block-size: 44px; padding: 0; border: 0; border-radius: 50%; background: none; color: var(--soft); }
.icon:hover { background: var(--desk); color: var(--ink); }

.log { position: relative; flex: 1 1 0; min-block-size: 0; overflow-y: auto; overscroll-behavior: contain; padding: 14px 16px 10px; }
.log:focus-visible { outline-offset: -4px; border-radius: 8px; }
.m { display: flex; flex-direction: column; align-items: flex-start; margin-block-start: 14px; }
.m:first-child { margin-block-start: 0; }
.m.mine { align-items: flex-end; }
.by { display: flex; align-items: center; flex-wrap: wrap; gap: .3em; margin-block-end: 3px; font-size: .8em; color: var(--soft); white-space: pre-wrap; }
.m.mine .by, .m[data-by=agent]:not(.urgent) + .m[data-by=agent]:not(.urgent) .by {
  position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
.m[data-by=agent] + .m[data-by=agent], .m.mine + .m.mine { margin-block-start: 6px; }
.b {
  max-inline-size: 88%; padding: 9px 13px; border-radius: 16px; border-start-start-radius: 5px; background: var(--desk);
  white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext;
}
.mine .b { background: var(--mine); color: var(--mine-ink); border-start-start-radius: 16px; border-end-end-radius: 5px; }
.m[data-by=staff] .b { background: var(--bg); border: 1.5px solid var(--accent); }
.m[data-state=sending] .b { opacity: .85; }
.m[data-state=failed] .b { background: var(--bg); color: var(--ink); border: 1.5px dashed var(--bad); }
.b a[href^="tel:"] { white-space: nowrap; }
.b a.go { display: flex; align-items: center; min-block-size: 44px; margin-block-start: 6px; padding: 7px 15px; border: 1.5px solid var(--accent); border-radius: 22px; background: var(--bg); text-decoration: none; inline-size: fit-content; }
.b a { color: var(--link); font-weight: 600; text-underline-offset: 2px; padding-block: 3px; }
.urgent .b { max-inline-size: 100%; background: var(--warn); color: var(--warn-ink); border: 2px solid var(--warn-edge); border-inline-start-width: 7px; border-radius: 8px; font-weight: 600; }
.urgent .b a { color: inherit; }
.urgent .by { color: var(--warn-edge); }
.meta { margin-block-start: 3px; font-size: .78em; color: var(--soft); }
.mine .meta { text-align: end; }
.m[data-by=agent]:has(+ .m[data-by=agent]) .meta, .m[data-state=sent]:has(+ .m.mine) .meta { display: none; }
.m[data-state=failed] .meta strong { color: var(--bad); }
.again { min-block-size: 44px; padding: 0 8px; border: 0; background: none; color: var(--link); font-weight: 600; text-decoration: underline; text-underline-offset: 2px; }
.choices { display: flex; flex-wrap: wrap; gap: 8px; margin-block-start: 8px; max-inline-size: 100%; }
.choices button {
  min-block-size: 44px; padding: 7px 15px; border: 1.5px solid var(--accent); border-radius: 22px; background: var(--bg); color: var(--link);
  font-weight: 600; text-align: start; overflow-wrap: anywhere;
}
.choices button:hover { background: var(--desk); }

.writes { display: flex; align-items: center; gap: .5em; padding-inline: 16px; font-size: .85em; color: var(--soft); }
.writes:not(:empty) { padding-block: 2px 8px; }
.dots { display: inline-flex; gap: 3px; }
.dots i { inline-size: 6px; block-size: 6px; border-radius: 50%; background: var(--soft); }
.bar { font-size: .88em; background: var(--note); color: var(--note-ink); }
.bar:not(:empty) { padding: 8px 16px; }
.bar[data-kind=connecting] { background: none; color: var(--soft); }

.snaps { display: flex; padding: 4px 12px 10px; }
form { display: flex; align-items: flex-end; gap: 6px; padding: 10px 10px max(10px, env(safe-area-inset-bottom)) 12px; padding-inline: 12px 10px; border-block-start: 1px solid var(--edge); }
.field { flex: 1; min-inline-size: 0; }
textarea {
  display: block; inline-size: 100%; min-block-size: 44px; max-block-size: 132px; padding: 9px 14px; resize: none; border: 1px solid var(--field);
  border-radius: 22px; background: var(--bg); color: var(--ink); font-size: max(16px, 1em); line-height: 1.5;
}
textarea::placeholder { color: var(--soft); opacity: 1; }
textarea:focus-visible { outline-offset: 0; outline-width: 2px; border-color: var(--accent); }
textarea[aria-invalid=true] { border-color: var(--bad); outline-color: var(--bad); }
.counter { padding: 4px 14px 0; font-size: .8em; color: var(--soft); }
.counter[data-over=true] { color: var(--bad); font-weight: 600; }
.send { background: var(--accent); color: var(--on); }
.send svg { fill: currentColor; stroke: none; }
.send:hover { background: var(--accent); color: var(--on); filter: brightness(1.08); }
.send:disabled { background: var(--edge); color: var(--soft); cursor: not-allowed; filter: none; }
.send:dir(rtl) svg { transform: scaleX(-1); }

@media (max-width: 479.98px) {
  .dock:has(.panel:not([hidden])) { inset: 0; }
  .panel { inline-size: 100%; block-size: var(--seen, 100dvh); border: 0; border-radius: 0; padding-block-start: env(safe-area-inset-top); }
}
@media (max-height: 430px) {
  .panel { overflow-y: auto; }
  .log { flex: 1 0 auto; min-block-size: 9em; overflow-y: visible; }
  form { position: sticky; inset-block-end: 0; background: var(--bg); }
}
@media (prefers-reduced-motion: no-preference) {
  .panel { animation: rise .18s ease-out; }
  .dots i { animation: nod 1.2s infinite ease-in-out; }
  .dots i:nth-child(2) { animation-delay: .15s; }
  .dots i:nth-child(3) { animation-delay: .3s; }
  @keyframes rise { from { opacity: 0; transform: translateY(10px); } }
  @keyframes nod { 0%, 60%, 100% { opacity: .35; } 30% { opacity: 1; } }
}
@media (forced-colors: active) {
  .b, .launcher, .send { border: 1px solid CanvasText; }
  .send svg { fill: ButtonText; }
}
@media print { .dock { display: none; } }
`;

  customElements.define("frontdesk-chat", FrontdeskChat);

  const settle = () => {
    if (!script || document.querySelector("frontdesk-chat")) return;
    const el = document.createElement("frontdesk-chat");
    for (const key of ["clinic", "lang", "open"]) if (key in script.dataset) el.dataset[key] = script.dataset[key];
    document.body.append(el);
  };
  if (document.body) settle();
  else addEventListener("DOMContentLoaded", settle);
})();
