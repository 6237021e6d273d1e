# SPDX-License-Identifier: Apache-2.0
# module: ollama
"""The official ollama package as a user of the simulator: its own chat, in lines of JSON."""
import importlib.metadata

import ollama

from support import Simulator, check, decoded, finish, posted


def simulator(*flags):
    # The host is the bare origin.
    return Simulator(lambda base: (ollama.Client(host=base.removesuffix("/v1"), timeout=20), base.removesuffix("/v1")), *flags)


def request(prompt="Hello, you", model="m", **more):
    messages = more.pop("messages", [{"role": "user", "content": prompt}])
    return dict(model=model, messages=messages, **more)


def joined(parts):
    """What the parts of a stream add up to, as the SDK's own types give them."""
    answer = {"text": "", "thoughts": "", "calls": [], "finish": None, "usage": None, "models": set()}
    for part in parts:
        answer["models"].add(part.model)
        answer["text"] += part.message.content or ""
        answer["thoughts"] += part.message.thinking or ""
        answer["calls"] += [(call.function.name, dict(call.function.arguments)) for call in part.message.tool_calls or []]
        if part.done:
            answer["finish"] = part.done_reason
            answer["usage"] = (part.prompt_eval_count, part.eval_count)
    return answer


def same(name, client, base, **more):
    """The SDK reads the same of a stream, of a whole answer, and as Spate does of both; gives it."""
    for stream in (True, False):
        body = request(**more)
        got = client.chat(**body, stream=stream)
        got = joined(got if stream else [got])
        kind, raw = posted(base, "/api/chat", {**body, "stream": stream})
        check(f"{name}: type", kind, "application/x-ndjson" if stream else "application/json")
        spate = decoded("ollama", raw, stream)
        check(f"{name}: text", got["text"], spate["text"])
        check(f"{name}: thoughts", got["thoughts"], spate["reasoning"])
        check(f"{name}: calls", got["calls"], [(call["name"], call["arguments"]) for call in spate["tool_calls"]])
        check(f"{name}: finish", got["finish"], spate["native_finish"])
        check(f"{name}: usage", got["usage"], (spate["usage"]["input"], spate["usage"]["output"]))
        check(f"{name}: model", got["models"], {spate["model"]})
    return got


TOOLS = [
    {"type": "function", "function": {"name": name, "description": "d", "parameters": {
        "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}
    for name in ("weather", "time")
]
TEXT, THOUGHT = 'Grüße, "world" 🙂\n\nEnd.', "Let me think."

with simulator("--text", TEXT, "--reasoning", THOUGHT) as (client, base):
    got = same("words", client, base, think=True, options={"temperature": 0.5, "num_ctx": 4096, "stop": ["x"]}, keep_alive="5m")
    check("words", (got["text"], got["thoughts"], got["finish"], got["usage"]), (TEXT, THOUGHT, "stop", (2, 7)))

with simulator() as (client, base):
    check("models", "story" in [model.model for model in client.list().models], True)
    got = same("calls", client, base, model="caller", prompt="Now in Bonn", tools=TOOLS)
    check("calls", got["calls"], [("weather", {"city": "Bonn"}), ("time", {"city": "Bonn"})])
    turn = client.chat(**request(model="caller", prompt="Now in Bonn", tools=TOOLS)).message
    results = [{"role": "tool", "tool_name": c.function.name, "content": "fine"} for c in turn.tool_calls]
    history = [{"role": "user", "content": "Now in Bonn"}, turn.model_dump(exclude_none=True), *results]
    got = same("results", client, base, model="caller", messages=history, tools=TOOLS)
    check("results of tools", "weather: fine" in got["text"] and "time: fine" in got["text"], True)
    check("limit", same("limit", client, base, model="cutoff")["finish"], "length")
    check("refusal", bool(same("refusal", client, base, model="refuser")["text"]), True)
    picture = [{"role": "user", "content": "look", "images": [b"\x89PNG"]}]
    check("images", joined([client.chat(model="echo", messages=picture)])["text"], "look")
    check("shape", bool(joined(client.chat(**request(format={"type": "object"}), stream=True))["text"]), True)
    try:
        client.chat(**request(options={"seed": "hot"}))
        check("a bad request", "answered", "refused")
    except ollama.ResponseError as error:
        check("a bad request", (error.status_code, "seed" in error.error), (400, True))

for stream in (True, False):
    with simulator("--fault", "status:429:7") as (client, base):
        try:
            joined([client.chat(**request())] if not stream else client.chat(**request(), stream=True))
            check("status 429", "answered", "refused")
        except ollama.ResponseError as error:
            check("status 429", error.status_code, 429)
with simulator("--text", TEXT, "--fault", "error:300") as (client, base):
    try:
        joined(client.chat(**request(), stream=True))
        check("an error in the stream", "answered", "broke off")
    except ollama.ResponseError as error:
        check("an error in the stream", bool(error.error), True)

finish(f"ollama {importlib.metadata.version('ollama')}")
