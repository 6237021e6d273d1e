# SPDX-License-Identifier: Apache-2.0
# module: anthropic
"""The official anthropic package as a user of the simulator: Messages."""
import anthropic

from support import Simulator, check, decoded, finish


def simulator(*flags):
    # The base URL is the bare origin.
    return Simulator(
        lambda base: anthropic.Anthropic(base_url=base.removesuffix("/v1"), api_key="none", max_retries=0, timeout=20),
        *flags)


def request(prompt="Hello, you", model="m", **more):
    messages = more.pop("messages", [{"role": "user", "content": prompt}])
    return dict(model=model, max_tokens=1000, messages=messages, **more)


def streamed(client, **more):
    """What the SDK's own accumulator makes of a stream, and the deltas that it gave out on the way."""
    deltas = {"text": "", "thinking": ""}
    with client.messages.stream(**request(**more)) as stream:
        for event in stream:
            if event.type in deltas:
                deltas[event.type] += getattr(event, event.type)
        return stream.get_final_message(), deltas


def raw(client, **more):
    """The body itself, as Spate decodes it."""
    body = request(**more)
    with client.messages.with_streaming_response.create(**body) as response:
        return decoded("anthropic", b"".join(response.iter_bytes()), stream=body.get("stream", False))


def text(message):
    return "".join(block.text for block in message.content if block.type == "text")


def thoughts(message):
    return "".join(block.thinking for block in message.content if block.type == "thinking")


def calls(message):
    return [(block.id, block.name, block.input) for block in message.content if block.type == "tool_use"]


def same(name, message, spate):
    """The SDK and Spate read the same."""
    check(f"{name}: text", text(message), spate["text"])
    check(f"{name}: thoughts", thoughts(message), spate["reasoning"])
    check(f"{name}: calls", calls(message), [(c["id"], c["name"], c["arguments"]) for c in spate["tool_calls"]])
    check(f"{name}: finish", message.stop_reason, spate["native_finish"])
    check(f"{name}: input", message.usage.input_tokens, spate["usage"]["input"])
    check(f"{name}: output", message.usage.output_tokens, spate["usage"]["output"])
    details = message.usage.output_tokens_details
    check(f"{name}: thinking tokens", details and details.thinking_tokens, spate["usage"]["reasoning"])


TOOLS = [
    {"name": name, "description": "d", "input_schema": {
        "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}
    for name in ("weather", "time")
]
TEXT, THOUGHT = 'Grüße, "world" 🙂\n\nEnd.', "Let me think."

with simulator("--text", TEXT, "--reasoning", THOUGHT) as client:
    message, deltas = streamed(client)
    check("streamed text", (text(message), deltas["text"]), (TEXT, TEXT))
    check("streamed thoughts", (thoughts(message), deltas["thinking"]), (THOUGHT, THOUGHT))
    check("streamed finish", message.stop_reason, "end_turn")
    check("streamed usage", (message.usage.input_tokens, message.usage.output_tokens), (2, 7))
    check("signature", all(b.signature for b in message.content if b.type == "thinking"), True)
    same("streamed", message, raw(client, stream=True))
    whole = client.messages.create(**request())
    check("whole text", text(whole), TEXT)
    check("whole thoughts", thoughts(whole), THOUGHT)
    check("role and type", (whole.role, whole.type), ("assistant", "message"))
    same("whole", whole, raw(client))
    check("whole and streamed", [b.to_dict() for b in whole.content],
          [{k: v for k, v in b.to_dict().items() if k != "parsed_output"} for b in message.content])

with simulator() as client:
    check("models", "story" in [model.id for model in client.models.list()], True)
    for stream in (True, False):
        arguments = dict(model="caller", prompt="Now in Bonn", tools=TOOLS)
        message = streamed(client, **arguments)[0] if stream else client.messages.create(**request(**arguments))
        check("calls", [(name, input) for _, name, input in calls(message)],
              [("weather", {"city": "Bonn"}), ("time", {"city": "Bonn"})])
        check("ids of calls", len({id for id, _, _ in calls(message)}), 2)
        check("finish of calls", message.stop_reason, "tool_use")
        same("calls", message, raw(client, stream=stream, **arguments))
    one = client.messages.create(**request(
        model="caller", prompt="Now in Bonn", tools=TOOLS,
        tool_choice={"type": "auto", "disable_parallel_tool_use": True}))
    check("one call at a time", len(calls(one)), 1)
    results = [{"type": "tool_result", "tool_use_id": id, "content": [{"type": "text", "text": f"{name}: fine"}]}
               for id, name, _ in calls(message)]
    history = [{"role": "user", "content": "Now in Bonn"},
               {"role": "assistant", "content": [block.to_dict() for block in message.content]},
               {"role": "user", "content": results}]
    answer = text(streamed(client, model="caller", messages=history, tools=TOOLS)[0])
    check("results of tools", "weather: fine" in answer and "time: fine" in answer, True)
    check("limit", streamed(client, model="cutoff")[0].stop_reason, "max_tokens")
    refused = streamed(client, model="refuser")[0]
    check("refusal", refused.stop_reason, "refusal")
    check("words of a refusal", raw(client, model="refuser", stream=True)["refusal"] is not None, True)
    try:
        client.messages.create(model="m", max_tokens=10, messages=[{"role": "user", "content": 7}])
        check("a bad request", "answered", "refused")
    except anthropic.BadRequestError as error:
        check("a bad request", "messages.0.content" in str(error), True)

for status, kind in ((429, anthropic.RateLimitError), (401, anthropic.AuthenticationError), (404, anthropic.NotFoundError)):
    with simulator("--fault", f"status:{status}:7") as client:
        try:
            client.messages.create(**request())
            check(f"status {status}", "answered", "refused")
        except kind as error:
            check(f"status {status}", error.response.headers["retry-after"], "7")
with simulator("--text", TEXT, "--fault", "error:900") as client:
    try:
        streamed(client)
        check("an error in the stream", "answered", "broke off")
    except anthropic.APIStatusError as error:
        check("an error in the stream", error.body["error"]["type"], "api_error")

finish(f"anthropic {anthropic.__version__}, messages")
