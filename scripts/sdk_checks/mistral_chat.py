# SPDX-License-Identifier: Apache-2.0
# module: mistralai.client
"""The official mistralai package as a user of the simulator: chat, with content as text and as a list."""
import importlib.metadata
import json

from mistralai.client import Mistral
from mistralai.client import errors

from support import Simulator, check, decoded, finish, posted


def simulator(*flags):
    # The path is OpenAI's: the word before it says whose dialect is meant.
    def client(base):
        base = base.removesuffix("/v1") + "/mistral"
        return Mistral(server_url=base, api_key="none", timeout_ms=20_000), base
    return Simulator(client, *flags)


def request(prompt="Hello, you", model="m", **more):
    messages = more.pop("messages", [{"role": "user", "content": prompt}])
    return dict(model=model, messages=messages, **more)


def add(answer, content):
    """The content of a message or a delta, as the SDK's own types give it."""
    if isinstance(content, str):
        answer["text"] += content
        return
    for part in content or []:
        if part.type == "text":
            answer["text"] += part.text
        elif part.type == "thinking":
            answer["thoughts"] += "".join(piece.text for piece in part.thinking)


def empty():
    return {"text": "", "thoughts": "", "calls": [], "finish": None, "usage": None, "id": None}


def joined(events):
    answer = empty()
    for event in events:
        chunk = event.data
        answer["id"] = chunk.id
        if chunk.usage:
            answer["usage"] = (chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
        for choice in chunk.choices:
            add(answer, choice.delta.content)
            answer["calls"] += [(c.id, c.function.name, c.function.arguments) for c in choice.delta.tool_calls or []]
            answer["finish"] = choice.finish_reason or answer["finish"]
    return answer


def whole(response):
    answer = empty()
    choice = response.choices[0]
    add(answer, choice.message.content)
    answer["calls"] = [(c.id, c.function.name, c.function.arguments) for c in choice.message.tool_calls or []]
    answer["finish"], answer["id"] = choice.finish_reason, response.id
    answer["usage"] = (response.usage.prompt_tokens, response.usage.completion_tokens)
    return answer


def ask(client, stream, **more):
    body = request(**more)
    return joined(client.chat.stream(**body)) if stream else whole(client.chat.complete(**body))


def same(name, client, base, **more):
    """The SDK reads the same of a stream, of a whole answer, and as Spate does of both; gives it."""
    for stream in (True, False):
        got = ask(client, stream, **more)
        _, raw = posted(base, "/v1/chat/completions", {**request(**more), "stream": stream})
        spate = decoded("mistral", raw, stream)
        check(f"{name}: text", got["text"], spate["text"])
        check(f"{name}: thoughts", got["thoughts"], spate["reasoning"])
        check(f"{name}: calls", [(i, n, json.loads(a)) for i, n, a in got["calls"]],
              [(call["id"], call["name"], call["arguments"]) for call in spate["tool_calls"]])
        check(f"{name}: finish", got["finish"], spate["native_finish"])
        check(f"{name}: usage", got["usage"], (spate["usage"]["input"], spate["usage"]["output"]))
    return got


TOOLS = [
    {"type": "function", "function": {"name": name, "description": "d", "parameters": {
        "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}
    for name in ("weather", "time")
]
TEXT, THOUGHT = 'Grüße, "world" 🙂\n\nEnd.', "Let me think."

with simulator("--text", TEXT, "--reasoning", THOUGHT) as (client, base):
    got = same("words", client, base, random_seed=3, temperature=0.5, stop=["x"])
    check("words", (got["text"], got["thoughts"], got["finish"], got["usage"]), (TEXT, THOUGHT, "stop", (2, 7)))
    several = client.chat.complete(**request(n=3))
    check("several answers", len(several.choices), 3)

with simulator("--text", TEXT) as (client, base):
    response = client.chat.complete(**request())
    check("words alone are text", response.choices[0].message.content, TEXT)

with simulator() as (client, base):
    check("models", "story" in [model.id for model in client.models.list().data], True)
    got = same("calls", client, base, model="caller", prompt="Now in Bonn", tools=TOOLS, tool_choice="any")
    check("calls", [(name, json.loads(text)) for _, name, text in got["calls"]],
          [("weather", {"city": "Bonn"}), ("time", {"city": "Bonn"})])
    check("finish of calls", got["finish"], "tool_calls")
    turn = {"role": "assistant", "content": "", "tool_calls": [
        {"id": i, "function": {"name": n, "arguments": a}} for i, n, a in got["calls"]]}
    results = [{"role": "tool", "tool_call_id": i, "name": n, "content": f"{n}: fine"} for i, n, _ in got["calls"]]
    history = [{"role": "user", "content": "Now in Bonn"}, turn, *results]
    got = same("results", client, base, model="caller", messages=history, tools=TOOLS)
    check("results of tools", "weather: fine" in got["text"] and "time: fine" in got["text"], True)
    thought = {"role": "assistant", "content": [
        {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "so"}]}
    got = same("thoughts in a turn", client, base, model="echo", messages=[thought, {"role": "user", "content": "again"}])
    check("thoughts in a turn", got["text"], "again")
    picture = [{"role": "user", "content": [
        {"type": "text", "text": "look"}, {"type": "image_url", "image_url": "data:image/png;base64,AQID"}]}]
    check("images", ask(client, True, model="echo", messages=picture)["text"], "look")
    check("limit", same("limit", client, base, model="cutoff")["finish"], "length")
    check("refusal", bool(same("refusal", client, base, model="refuser")["text"]), True)
    try:
        client.chat.complete(**request(n=1000))
        check("a bad request", "answered", "refused")
    except errors.SDKError as error:
        check("a bad request", (error.status_code, "n must be" in str(error)), (400, True))

for stream in (True, False):
    with simulator("--fault", "status:429:7") as (client, base):
        try:
            ask(client, stream)
            check("status 429", "answered", "refused")
        except errors.SDKError as error:
            check("status 429", error.status_code, 429)
with simulator("--text", TEXT, "--fault", "error:500") as (client, base):
    try:
        ask(client, True)
        check("an error in the stream", "answered", "broke off")
    except errors.ResponseValidationError:
        # The SDK has no form for it: it says that this is no chunk.
        check("an error in the stream", True, True)

finish(f"mistralai {importlib.metadata.version('mistralai')}")
