# SPDX-License-Identifier: Apache-2.0
# module: cohere
"""The official cohere package as a user of the simulator: v2 chat."""
import json

import cohere

from support import Simulator, check, decoded, finish, posted


def simulator(*flags):
    # The base URL is the bare origin.
    def client(base):
        base = base.removesuffix("/v1")
        return cohere.ClientV2(api_key="none", base_url=base, timeout=20), base
    return Simulator(client, *flags)


def request(prompt="Hello, you", model="m", **more):
    messages = more.pop("messages", [{"role": "user", "content": prompt}])
    return dict(model=model, messages=messages, **more)


def empty():
    return {"text": "", "thoughts": "", "plan": "", "calls": {}, "citations": [], "finish": None, "usage": None, "id": None}


def count(usage):
    return usage and (int(usage.tokens.input_tokens), int(usage.tokens.output_tokens))


def joined(events):
    """What the events of a stream add up to, as the SDK's own types give them."""
    answer = empty()
    for event in events:
        if event.type == "message-start":
            answer["id"] = event.id
        elif event.type in ("content-start", "content-delta"):
            answer["text"] += event.delta.message.content.text or ""
            answer["thoughts"] += event.delta.message.content.thinking or ""
        elif event.type == "tool-plan-delta":
            answer["plan"] += event.delta.message.tool_plan
        elif event.type == "tool-call-start":
            call = event.delta.message.tool_calls
            answer["calls"][event.index] = [call.id, call.function.name, call.function.arguments or ""]
        elif event.type == "tool-call-delta":
            answer["calls"][event.index][2] += event.delta.message.tool_calls.function.arguments
        elif event.type == "message-end":
            answer["finish"] = event.delta.finish_reason
            answer["usage"] = count(event.delta.usage)
            answer["error"] = event.delta.error
    answer["calls"] = [tuple(call) for call in answer["calls"].values()]
    return answer


def whole(response):
    answer = empty()
    message = response.message
    for part in message.content or []:
        answer["text"] += part.text if part.type == "text" else ""
        answer["thoughts"] += part.thinking if part.type == "thinking" else ""
    answer["calls"] = [(c.id, c.function.name, c.function.arguments) for c in message.tool_calls or []]
    answer["plan"] = message.tool_plan or ""
    answer["finish"], answer["id"], answer["usage"] = response.finish_reason, response.id, count(response.usage)
    return answer


def ask(client, stream, **more):
    body = request(**more)
    return joined(client.chat_stream(**body)) if stream else whole(client.chat(**body))


def same(name, client, base, **more):
    """The SDK reads the same of a stream, of a whole answer, and as Spate does of both; gives it."""
    for stream in (True, False):
        got = ask(client, stream, **more)
        _, raw = posted(base, "/v2/chat", {**request(**more), "stream": stream})
        spate = decoded("cohere", raw, stream)
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
    got = same("words", client, base, seed=3, temperature=0.5, p=0.9, k=5, stop_sequences=["x"],
               thinking={"type": "enabled", "token_budget": 100})
    check("words", (got["text"], got["thoughts"], got["finish"], got["usage"]), (TEXT, THOUGHT, "COMPLETE", (2, 7)))

with simulator() as (client, base):
    check("models", "story" in [model.name for model in client.models.list(endpoint="chat").models], True)
    got = same("calls", client, base, model="caller", prompt="Now in Bonn", tools=TOOLS, tool_choice="REQUIRED")
    check("calls", [(name, json.loads(text)) for _, name, text in got["calls"]],
          [("weather", {"city": "Bonn"}), ("time", {"city": "Bonn"})])
    check("finish of calls", got["finish"], "TOOL_CALL")
    turn = {"role": "assistant", "tool_plan": "I will look", "tool_calls": [
        {"id": i, "type": "function", "function": {"name": n, "arguments": a}} for i, n, a in got["calls"]]}
    results = [{"role": "tool", "tool_call_id": i, "content": [
        {"type": "document", "document": {"data": {"answer": f"{n}: fine"}}}]} for i, n, _ in got["calls"]]
    history = [{"role": "user", "content": "Now in Bonn"}, turn, *results]
    got = same("results", client, base, model="caller", messages=history, tools=TOOLS)
    check("results of tools", "weather: fine" in got["text"] and "time: fine" in got["text"], True)
    picture = [{"role": "user", "content": [
        {"type": "text", "text": "look"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,AQID"}}]}]
    check("images", ask(client, True, model="echo", messages=picture)["text"], "look")
    check("limit", same("limit", client, base, model="cutoff")["finish"], "MAX_TOKENS")
    check("refusal", bool(same("refusal", client, base, model="refuser")["text"]), True)
    try:
        client.chat(**request(max_tokens=0))
        check("a bad request", "answered", "refused")
    except cohere.BadRequestError as error:
        check("a bad request", "max_tokens" in str(error.body), True)

for stream in (True, False):
    with simulator("--fault", "status:429:7") as (client, base):
        try:
            # The SDK retries by itself otherwise.
            body = request(request_options={"max_retries": 0})
            joined(client.chat_stream(**body)) if stream else client.chat(**body)
            check("status 429", "answered", "refused")
        except cohere.TooManyRequestsError as error:
            check("status 429", error.status_code, 429)
with simulator("--text", TEXT, "--fault", "error:500") as (client, base):
    got = ask(client, True)
    check("an error in the stream", (got["finish"], bool(got["error"])), ("ERROR", True))

finish(f"cohere {cohere.__version__}")
