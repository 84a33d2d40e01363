FROM python:3.11-slim AS build
RUN pip install --no-cache-dir "uv>=0.9,<1"
WORKDIR /app
COPY requirements.lock ./
RUN python -m venv /venv && uv pip install --python /venv/bin/python --compile-bytecode --no-cache -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY agent agent
COPY channels channels
COPY intents intents
COPY workflows workflows
COPY locales locales
RUN uv pip install --python /venv/bin/python --no-cache --no-deps -e . && /venv/bin/python -m compileall -q agent channels && /venv/bin/python -m agent.web.kept_templates

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 frontdesk && mkdir /var/lib/frontdesk && chown frontdesk /var/lib/frontdesk
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 FRONTDESK_VAR=/var/lib/frontdesk FRONTDESK_HOST=0.0.0.0
WORKDIR /app
USER frontdesk
VOLUME /var/lib/frontdesk
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"
CMD ["frontdesk", "serve"]
