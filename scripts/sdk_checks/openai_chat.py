# SPDX-License-Identifier: Apache-2.0
# module: openai
"""The official openai package as a user of the simulator: chat completions."""
import json

import openai

from support import Simulator, check, finish


def simulator(*flags):
    return Simulator(lambda base: openai.OpenAI(base_url=base, api_key="none", max_retries=0, timeout=20), *flags)


def ask(client, stream, model="m", prompt="Hello, you", **more):
    messages = more.pop("messages", [{"role": "user", "content": prompt}])
    if stream:
        more["stream_options"] = {"include_usage": True}
    return client.chat.completions.create(model=model, messages=messages, stream=stream, **more)


def joined(stream):
    """What the chunks of a stream add up to, as the SDK's own types give them."""
    answer = {"text": "", "reasoning": "", "refusal": "", "calls": {}, "finish": None, "usage": None, "ids": set()}
    for chunk in stream:
        answer["ids"].add(chunk.id)
        if chunk.usage is not None:
            answer["usage"] = chunk.usage
        for choice in chunk.choices:
            delta = choice.delta
            answer["text"] += delta.content or ""
            answer["reasoning"] += getattr(delta, "reasoning_content", None) or ""
            answer["refusal"] += delta.refusal or ""
            answer["finish"] = choice.finish_reason or answer["finish"]
            for piece in delta.tool_calls or []:
                call = answer["calls"].setdefault(piece.index, {"id": None, "name": "", "arguments": ""})
                call["id"] = piece.id or call["id"]
                call["name"] += piece.function.name or ""
                call["arguments"] += piece.function.arguments or ""
    return answer


TOOLS = [
    {"type": "function", "function": {"name": name, "description": "d", "parameters": {
        "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}
    for name in ("weather", "time")
]
TEXT, THOUGHT = 'Grüße, "world" 🙂\n\nEnd.', "Let me think."

with simulator("--text", TEXT, "--reasoning", THOUGHT) as client:
    got = joined(ask(client, True))
    check("streamed text", got["text"], TEXT)
    check("streamed reasoning", got["reasoning"], THOUGHT)
    check("streamed finish", got["finish"], "stop")
    check("streamed ids", len(got["ids"]), 1)
    check("streamed usage", (got["usage"].prompt_tokens, got["usage"].completion_tokens, got["usage"].total_tokens), (2, 7, 9))
    unasked = client.chat.completions.create(model="m", messages=[{"role": "user", "content": "a"}], stream=True)
    check("usage that nobody asked for", joined(unasked)["usage"], None)
    whole = ask(client, False)
    check("text", whole.choices[0].message.content, TEXT)
    check("reasoning", whole.choices[0].message.reasoning_content, THOUGHT)
    check("finish", whole.choices[0].finish_reason, "stop")
    check("role and object", (whole.choices[0].message.role, whole.object), ("assistant", "chat.completion"))
    check("usage", (whole.usage.total_tokens, whole.usage.completion_tokens_details.reasoning_tokens), (9, 3))
    check("several answers", [c.message.content for c in ask(client, False, n=3).choices], [TEXT] * 3)
    seen = {}
    for chunk in ask(client, True, n=2):
        for choice in chunk.choices:
            seen[choice.index] = seen.get(choice.index, "") + (choice.delta.content or "")
    check("several answers, streamed", seen, {0: TEXT, 1: TEXT})

with simulator() as client:
    check("models", "story" in [model.id for model in client.models.list()], True)
    got = joined(ask(client, True, model="caller", prompt="Now in Bonn", tools=TOOLS))
    calls = list(got["calls"].values())
    check("streamed calls", [call["name"] for call in calls], ["weather", "time"])
    check("streamed arguments", [json.loads(call["arguments"]) for call in calls], [{"city": "Bonn"}] * 2)
    check("streamed ids of calls", len({call["id"] for call in calls}), 2)
    check("finish of calls", got["finish"], "tool_calls")
    whole = ask(client, False, model="caller", prompt="Now in Bonn", tools=TOOLS)
    check("calls", [c.function.name for c in whole.choices[0].message.tool_calls], ["weather", "time"])
    turn = whole.choices[0].message
    results = [{"role": "tool", "tool_call_id": c.id, "content": f"{c.function.name}: fine"} for c in turn.tool_calls]
    history = [{"role": "user", "content": "Now in Bonn"}, turn.model_dump(exclude_none=True), *results]
    got = joined(ask(client, True, model="caller", messages=history, tools=TOOLS))
    check("results of tools", "weather: fine" in got["text"] and "time: fine" in got["text"], True)
    check("refusal", bool(joined(ask(client, True, model="refuser"))["refusal"]), True)
    check("limit", joined(ask(client, True, model="cutoff"))["finish"], "length")
    # The SDK's own way of putting a stream together.
    with client.chat.completions.stream(model="caller", messages=[{"role": "user", "content": "Now in Bonn"}], tools=TOOLS) as events:
        final = events.get_final_completion()
    check("the SDK's accumulator", [c.function.name for c in final.choices[0].message.tool_calls], ["weather", "time"])
    try:
        ask(client, False, temperature="hot")
        check("a bad request", "answered", "refused")
    except openai.BadRequestError as error:
        check("a bad request", "temperature" in error.message, True)

for stream in (True, False):
    with simulator("--fault", "status:429:7") as client:
        try:
            ask(client, stream)
            check("status 429", "answered", "refused")
        except openai.RateLimitError as error:
            check("status 429", (error.code, error.response.headers["retry-after"]), ("rate_limit_exceeded", "7"))
with simulator("--text", TEXT, "--fault", "error:900") as client:
    try:
        joined(ask(client, True))
        check("an error in the stream", "answered", "broke off")
    except openai.APIError as error:
        check("an error in the stream", error.type, "server_error")

finish(f"openai {openai.__version__}, chat")
