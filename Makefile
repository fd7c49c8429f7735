# Everything a machine with Python 3.11 and make needs is installed by these commands themselves.

PORT ?= 8000
PY = .venv/bin/python
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: demo test check bench lock

demo:  ## A running site with a believable school on 127.0.0.1:$(PORT); FRESH=1 begins anew
	@scripts/prepare requirements.lock
	@exec $(PY) manage.py demo --port $(PORT) $(if $(FRESH),--fresh)

test:  ## The whole suite; ARGS= goes to pytest
	@scripts/prepare requirements-dev.lock test
	$(PY) -m pytest -n 2 --dist worksteal $(ARGS)

check:  ## Lint, layers, types, migrations, deployment settings
	@scripts/prepare requirements-dev.lock
	ruff check .
	ruff format --check .
	oxlint --deny-warnings static/js tests/js
	oxfmt --check static/js tests/js
	djlint templates --lint --quiet
	lint-imports
	mypy
	$(PY) manage.py makemigrations --check --dry-run
	SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))') BEHIND_HTTPS=1 \
	ALLOWED_HOSTS=journal.example $(PY) manage.py check --deploy --fail-level WARNING

bench:  ## Speed beside its floor; needs PostgreSQL (DATABASE_URL)
	@scripts/prepare requirements-dev.lock
	$(PY) -m bench $(ARGS)

LOCK = CUSTOM_COMPILE_COMMAND="make lock" pip-compile --quiet --upgrade --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

lock:  ## Newest versions into the locks
	@scripts/prepare requirements-dev.lock
	$(PY) -m pip install --quiet pip-tools
	$(LOCK) --output-file requirements.lock requirements.in
	$(LOCK) --output-file requirements-dev.lock requirements-dev.in
