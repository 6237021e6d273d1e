# SPDX-License-Identifier: Apache-2.0
# module: openai
"""The official openai package as a user of the simulator: Responses, and Azure's client for both of its dialects."""
import json

import openai

from support import Simulator, check, decoded, finish


def simulator(*flags):
    return Simulator(lambda base: openai.OpenAI(base_url=base, api_key="none", max_retries=0, timeout=20), *flags)


def ask(client, stream, model="m", prompt="Hello, you", **more):
    return client.responses.create(model=model, input=more.pop("input", prompt), stream=stream, **more)


def joined(stream):
    """What the events of a stream add up to, as the SDK's own types give them."""
    answer = {"text": "", "reasoning": "", "refusal": "", "calls": {}, "numbers": [], "last": None}
    for event in stream:
        answer["numbers"].append(event.sequence_number)
        if event.type == "response.output_text.delta":
            answer["text"] += event.delta
        elif event.type == "response.reasoning_summary_text.delta":
            answer["reasoning"] += event.delta
        elif event.type == "response.refusal.delta":
            answer["refusal"] += event.delta
        elif event.type == "response.function_call_arguments.delta":
            answer["calls"][event.output_index] = answer["calls"].get(event.output_index, "") + event.delta
        elif event.type in ("response.completed", "response.incomplete", "response.failed"):
            answer["last"] = event.response
    return answer


def summary(response):
    return "".join(part.text for item in response.output if item.type == "reasoning" for part in item.summary)


def calls(response):
    return [(item.name, json.loads(item.arguments)) for item in response.output if item.type == "function_call"]


def usage(response):
    counts = response.usage
    return counts.input_tokens, counts.output_tokens, counts.total_tokens, counts.output_tokens_details.reasoning_tokens


TOOLS = [
    {"type": "function", "name": name, "description": "d", "strict": False, "parameters": {
        "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}
    for name in ("weather", "time")
]
TEXT, THOUGHT = 'Grüße, "world" 🙂\n\nEnd.', "Let me think."

with simulator("--text", TEXT, "--reasoning", THOUGHT) as client:
    got = joined(ask(client, True))
    check("streamed text", got["text"], TEXT)
    check("streamed reasoning", got["reasoning"], THOUGHT)
    check("numbers of events", got["numbers"], list(range(len(got["numbers"]))))
    check("the last event's text", got["last"].output_text, TEXT)
    check("the last event's reasoning", summary(got["last"]), THOUGHT)
    check("streamed status", (got["last"].status, got["last"].incomplete_details), ("completed", None))
    check("streamed usage", usage(got["last"]), (2, 7, 9, 3))
    whole = ask(client, False)
    check("text", whole.output_text, TEXT)
    check("reasoning", summary(whole), THOUGHT)
    check("status, object and role", (whole.status, whole.object, whole.output[-1].role), ("completed", "response", "assistant"))
    check("usage", usage(whole), (2, 7, 9, 3))
    # Spate reads the same bytes as the SDK does.
    for stream in (True, False):
        raw = client.with_raw_response.responses.create(model="m", input="Hello, you", stream=stream)
        body = raw.http_response.read()
        spate = decoded("openai-responses", body, stream)
        check("text, as Spate reads it", (spate["text"], spate["reasoning"]), (TEXT, THOUGHT))
        check("finish and usage, as Spate reads them", (spate["native_finish"], spate["usage"]["input"], spate["usage"]["output"]), ("completed", 2, 7))
    # The SDK's own way of putting a stream together.
    with client.responses.stream(model="m", input="Hello, you") as events:
        text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
        final = events.get_final_response()
    check("the SDK's accumulator", (text, final.output_text, final.status), (TEXT, TEXT, "completed"))

with simulator() as client:
    check("models", "story" in [model.id for model in client.models.list()], True)
    got = joined(ask(client, True, model="caller", prompt="Now in Bonn", tools=TOOLS))
    wanted = [("weather", {"city": "Bonn"}), ("time", {"city": "Bonn"})]
    check("streamed calls", calls(got["last"]), wanted)
    check("streamed arguments", [json.loads(text) for text in got["calls"].values()], [{"city": "Bonn"}] * 2)
    whole = ask(client, False, model="caller", prompt="Now in Bonn", tools=TOOLS)
    check("calls", calls(whole), wanted)
    ids = [item.call_id for item in whole.output]
    check("ids of calls", len(set(ids)), 2)
    history = [{"role": "user", "content": "Now in Bonn"}, *[item.model_dump(exclude_none=True) for item in whole.output],
               *[{"type": "function_call_output", "call_id": i, "output": f"{i}: fine"} for i in ids]]
    got = joined(ask(client, True, model="caller", input=history, tools=TOOLS))
    check("results of tools", all(f"{i}: fine" in got["text"] for i in ids), True)
    got = joined(ask(client, True, model="refuser"))
    check("refusal", bool(got["refusal"]) and got["last"].output[0].content[0].refusal == got["refusal"], True)
    got = joined(ask(client, True, model="cutoff"))
    check("limit", (got["last"].status, got["last"].incomplete_details.reason), ("incomplete", "max_output_tokens"))
    with client.responses.stream(model="caller", input="Now in Bonn", tools=TOOLS) as events:
        final = events.get_final_response()
    check("the SDK's accumulator of calls", calls(final), wanted)
    try:
        ask(client, False, temperature="hot")
        check("a bad request", "answered", "refused")
    except openai.BadRequestError as error:
        check("a bad request", "temperature" in error.message, True)
    # Azure: the same server under its deployment's path, with a version in the query.
    base = str(client.base_url)
    azure = openai.AzureOpenAI(base_url=base + "openai/deployments/echo", api_key="none", api_version="2024-10-21", max_retries=0)
    chat = azure.chat.completions.create(model="echo", messages=[{"role": "user", "content": "Hi there"}])
    check("Azure's chat", chat.choices[0].message.content, "Hi there")
    azure = openai.AzureOpenAI(base_url=base + "openai/v1", api_key="none", api_version="preview", max_retries=0)
    check("Azure's responses", azure.responses.create(model="echo", input="Hi there").output_text, "Hi there")

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

finish(f"openai {openai.__version__}, responses")
