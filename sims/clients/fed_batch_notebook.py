"""A fed-batch from a notebook: log in, run, look at samples, and command a live plant. The standard library and, for tables, pandas.

    npm run fedbatch -- serve --opcua off
    FEDBATCH_URL=http://127.0.0.1:8080 FEDBATCH_USER=admin FEDBATCH_PASSWORD=... python3 sims/clients/fed_batch_notebook.py

Each `# %%` is a cell for editors that know them.
"""

# %% Ask: JSON out, JSON in; a problem says what is wrong and what to do
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request

try:
    import pandas
except ImportError:
    pandas = None

SERVER = os.environ.get("FEDBATCH_URL", "http://127.0.0.1:8080")
TOKEN = None


class Problem(Exception):
    """What the server says is wrong (RFC 9457)."""

    def __init__(self, details):
        super().__init__(f"{details['detail']} {details['remedy']}")
        self.code = details["code"]


def send(method, path, body=None, query=None, headers=None):
    address = f"{SERVER}/v1/{path}" + (f"?{urllib.parse.urlencode(query)}" if query else "")
    data = None if body is None else json.dumps(body).encode()
    headers = {**({} if data is None else {"Content-Type": "application/json"}), **(headers or {})}
    if TOKEN:
        headers["Authorization"] = f"Bearer {TOKEN}"
    request = urllib.request.Request(address, data, headers, method=method)
    try:
        return urllib.request.urlopen(request, timeout=60)
    except urllib.error.HTTPError as error:
        raise Problem(json.load(error)) from None


def ask(method, path, body=None, **query):
    with send(method, path, body, query) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def events(path, after=None):
    """Server-sent events; comes back after a broken connection with the last id that it had."""
    while True:
        try:
            with send("GET", path, headers={} if after is None else {"Last-Event-ID": after}) as stream:
                kind, data = "message", []
                for line in (raw.decode().rstrip("\r\n") for raw in stream):
                    name, _, value = line.partition(":")
                    value = value.removeprefix(" ")
                    if name == "event":
                        kind = value
                    elif name == "data":
                        data.append(value)
                    elif name == "id":
                        after = value
                    elif line == "":
                        if data:
                            yield kind, json.loads("\n".join(data))
                        kind, data = "message", []
            return
        except (ConnectionError, TimeoutError, urllib.error.URLError):
            time.sleep(0.5)


# %% Log in: name and password give a token that ends by itself
me = ask(
    "POST",
    "tokens",
    {"name": os.environ["FEDBATCH_USER"], "password": os.environ["FEDBATCH_PASSWORD"], "label": "notebook", "hours": 1},
)
TOKEN = me["token"]
print(f"logged in as {me['name']} ({me['role']})")

# %% Start a run with other values than the scenario's; the same key asks for the same run however often the cell is run
settings = {"recipe.fed-batch.feed.mu": "0.18 1/h", "scan": "1 min"}
key = {"Idempotency-Key": f"notebook-{me['id']}"}
with send("POST", "runs", {"scenario": "ecoli-exponential", "set": settings, "label": "notebook"}, headers=key) as answer:
    run = json.load(answer)
for _, run in events(f"runs/{run['id']}/stream"):
    if run["endedAt"] is None:
        print(f"{run['status']}: {100 * run['progress']['share']:.0f} %")
print(f"{run['status']}: {run['says']}")
for figure in run["result"]["keyFigures"]:
    print(f"{figure['says']}: {figure['value']} {figure['unit']}")

# %% Samples: by column, thinned so that peaks stay, in the units that are asked for
samples = ask("GET", f"runs/{run['id']}/samples", ids="X,S,vessel.DO", units="X:mg/L", points=500)
columns = {f"{one['id']} [{one['unit']}]": dict(zip(one["timeH"], one["values"])) for one in samples["series"]}
if pandas is not None:
    table = pandas.DataFrame(columns).rename_axis("time [h]").sort_index()
    print(table.describe().loc[["min", "max"]].to_string())
    if os.environ.get("FEDBATCH_PLOT"):
        table.plot(subplots=True).flat[0].figure.savefig(os.environ["FEDBATCH_PLOT"])
else:
    print(f"{len(samples['series'])} columns; with pandas they would be a table")

# %% A live plant in lockstep: write, step, read
try:
    ask("POST", "plants", {"name": "Notebook", "scenario": "ecoli-exponential", "clock": "lockstep"})
except Problem as problem:
    if problem.code != "STATION_PLANT_TAKEN":
        raise
ask("PUT", "plants/Notebook/tags/feed.rate.mode", {"value": "manual", "reason": "tried from a notebook"})
ask("PUT", "plants/Notebook/tags/feed.rate.setpoint", {"value": 50, "unit": "mL/h"})
step = ask("POST", "plants/Notebook/step", {"dtS": 60, "read": ["feed.rate.delivered"]})
print(f"after {3600 * step['timeH']:.0f} s the plant is fed {1000 * step['values']['feed.rate.delivered']:.0f} mL/h")
try:
    ask("PUT", "plants/Notebook/tags/feed.rate.setpoint", {"value": 99})
except Problem as problem:
    print(f"refused: {problem}")

# %% Tidy up: the plant's record stays on the server, the token is ended
ask("DELETE", "plants/Notebook")
ask("DELETE", f"me/tokens/{me['id']}")
