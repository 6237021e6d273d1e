# SPDX-License-Identifier: Apache-2.0
# module: boto3
"""The official boto3 package as a user of the simulator: Bedrock's Converse, and InvokeModel with Anthropic's models."""
import json
import urllib.request

import boto3
import botocore.config
import botocore.exceptions

from support import Simulator, check, decoded, finish


def simulator(*flags):
    """The client, with credentials that are none; it remembers the simulator's address."""
    def client(base):
        runtime = boto3.client(
            "bedrock-runtime", region_name="us-east-1", endpoint_url=base.removesuffix("/v1"),
            aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="none",
            config=botocore.config.Config(retries={"max_attempts": 0}, read_timeout=20))
        runtime.address = base.removesuffix("/v1")
        return runtime
    return Simulator(client, *flags)


def request(prompt="Hello, you", model="us.anthropic.claude-x-v1:0", **more):
    messages = more.pop("messages", [{"role": "user", "content": [{"text": prompt}]}])
    return dict(modelId=model, messages=messages, **more)


def streamed(client, **more):
    """What the events of a stream add up to, as the SDK's own parser gives them."""
    blocks, answer = {}, {"blocks": [], "finish": None, "usage": None}
    for event in client.converse_stream(**request(**more))["stream"]:
        if "contentBlockStart" in event:
            use = event["contentBlockStart"]["start"]["toolUse"]
            blocks[event["contentBlockStart"]["contentBlockIndex"]] = {"toolUse": dict(use, input="")}
        elif "contentBlockDelta" in event:
            delta = event["contentBlockDelta"]["delta"]
            block = blocks.setdefault(event["contentBlockDelta"]["contentBlockIndex"], {})
            if "text" in delta:
                block["text"] = block.get("text", "") + delta["text"]
            elif "reasoningContent" in delta:
                words = block.setdefault("reasoningContent", {"reasoningText": {"text": ""}})["reasoningText"]
                for key, value in delta["reasoningContent"].items():
                    words[key] = words.get(key, "") + value
            else:
                block["toolUse"]["input"] += delta["toolUse"]["input"]
        elif "messageStop" in event:
            answer["finish"] = event["messageStop"]["stopReason"]
        elif "metadata" in event:
            answer["usage"] = event["metadata"]["usage"]
    for _, block in sorted(blocks.items()):
        if "toolUse" in block:
            block["toolUse"]["input"] = json.loads(block["toolUse"]["input"] or "{}")
        answer["blocks"].append(block)
    return answer


def whole(client, **more):
    got = client.converse(**request(**more))
    return {"blocks": got["output"]["message"]["content"], "finish": got["stopReason"], "usage": got["usage"]}


def invoked(client, stream, **more):
    """InvokeModel, whose bodies boto3 does not look into: Anthropic's events, or one of its messages."""
    body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 1000, **more}
    model = body.pop("model", "anthropic.claude-x-v1:0")
    body.setdefault("messages", [{"role": "user", "content": "Hello, you"}])
    arguments = dict(modelId=model, body=json.dumps(body))
    if not stream:
        message = json.loads(client.invoke_model(**arguments)["body"].read())
        return {"text": "".join(b.get("text", "") for b in message["content"]),
                "thoughts": "".join(b.get("thinking", "") for b in message["content"]),
                "calls": [(b["name"], b["input"]) for b in message["content"] if b["type"] == "tool_use"],
                "finish": message["stop_reason"], "usage": message["usage"]}
    answer = {"text": "", "thoughts": "", "finish": None, "usage": {}}
    calls = {}
    for event in client.invoke_model_with_response_stream(**arguments)["body"]:
        event = json.loads(event["chunk"]["bytes"])
        delta = event.get("delta", {})
        answer["text"] += delta.get("text", "")
        answer["thoughts"] += delta.get("thinking", "")
        if event["type"] == "content_block_start" and event["content_block"]["type"] == "tool_use":
            calls[event["index"]] = [event["content_block"]["name"], ""]
        if "partial_json" in delta:
            calls[event["index"]][1] += delta["partial_json"]
        if event["type"] == "message_start":
            answer["usage"].update(event["message"]["usage"])
        if event["type"] == "message_delta":
            answer["finish"] = delta["stop_reason"]
            answer["usage"].update(event["usage"])
    answer["calls"] = [(name, json.loads(input)) for _, (name, input) in sorted(calls.items())]
    return answer


def raw(client, operation, body, dialect, model="m"):
    """The body itself, as Spate decodes it."""
    call = urllib.request.Request(f"{client.address}/model/{model}/{operation}", json.dumps(body).encode())
    with urllib.request.urlopen(call, timeout=20) as response:
        return decoded(dialect, response.read(), stream="stream" in operation)


def text(answer):
    return "".join(block.get("text", "") for block in answer["blocks"])


def thoughts(answer):
    return "".join(b["reasoningContent"]["reasoningText"]["text"] for b in answer["blocks"] if "reasoningContent" in b)


def calls(answer):
    return [(b["toolUse"]["toolUseId"], b["toolUse"]["name"], b["toolUse"]["input"]) for b in answer["blocks"] if "toolUse" in b]


def same(name, answer, spate):
    """The SDK and Spate read the same."""
    check(f"{name}: text", text(answer), spate["text"])
    check(f"{name}: thoughts", thoughts(answer), spate["reasoning"])
    check(f"{name}: calls", calls(answer), [(c["id"], c["name"], c["arguments"]) for c in spate["tool_calls"]])
    check(f"{name}: finish", answer["finish"], spate["native_finish"])
    check(f"{name}: input", answer["usage"]["inputTokens"], spate["usage"]["input"])
    check(f"{name}: output", answer["usage"]["outputTokens"], spate["usage"]["output"])


SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS = {"tools": [{"toolSpec": {"name": name, "description": "d", "inputSchema": {"json": SCHEMA}}} for name in ("weather", "time")]}
TEXT, THOUGHT = 'Grüße, "world" 🙂\n\nEnd.', "Let me think."
PROMPT = {"messages": [{"role": "user", "content": [{"text": "Hello, you"}]}]}
CLAUDE = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9, "messages": [{"role": "user", "content": "Hello, you"}]}

with simulator("--text", TEXT, "--reasoning", THOUGHT) as client:
    for read, operation in ((streamed, "converse-stream"), (whole, "converse")):
        answer = read(client)
        check(f"{operation}: text", text(answer), TEXT)
        check(f"{operation}: thoughts", thoughts(answer), THOUGHT)
        check(f"{operation}: finish", answer["finish"], "end_turn")
        check(f"{operation}: usage", answer["usage"], {"inputTokens": 2, "outputTokens": 7, "totalTokens": 9})
        check(f"{operation}: signature", [b["reasoningContent"]["reasoningText"]["signature"] for b in answer["blocks"] if "reasoningContent" in b], ["c2ltdWxhdGVk"])
        same(operation, answer, raw(client, operation, PROMPT, "bedrock-converse"))
    check("whole and streamed", whole(client)["blocks"], streamed(client)["blocks"])
    for stream, operation in ((True, "invoke-with-response-stream"), (False, "invoke")):
        answer = invoked(client, stream)
        spate = raw(client, operation, CLAUDE, "bedrock-invoke-anthropic")
        check(f"{operation}: text", (answer["text"], spate["text"]), (TEXT, TEXT))
        check(f"{operation}: thoughts", (answer["thoughts"], spate["reasoning"]), (THOUGHT, THOUGHT))
        check(f"{operation}: finish", (answer["finish"], spate["native_finish"]), ("end_turn", "end_turn"))
        counts = (answer["usage"]["input_tokens"], answer["usage"]["output_tokens"])
        check(f"{operation}: usage", counts, (spate["usage"]["input"], spate["usage"]["output"]))

with simulator() as client:
    for read, operation in ((streamed, "converse-stream"), (whole, "converse")):
        arguments = dict(model="caller", prompt="Now in Bonn", toolConfig=TOOLS)
        answer = read(client, **arguments)
        check("calls", [(name, input) for _, name, input in calls(answer)], [("weather", {"city": "Bonn"}), ("time", {"city": "Bonn"})])
        check("ids of calls", len({id for id, _, _ in calls(answer)}), 2)
        check("finish of calls", answer["finish"], "tool_use")
        body = {"messages": [{"role": "user", "content": [{"text": "Now in Bonn"}]}], "toolConfig": TOOLS}
        same("calls", answer, raw(client, operation, body, "bedrock-converse", model="caller"))
        results = [{"toolResult": {"toolUseId": id, "content": [{"text": f"{name}: fine"}]}} for id, name, _ in calls(answer)]
        history = [{"role": "user", "content": [{"text": "Now in Bonn"}]}, {"role": "assistant", "content": answer["blocks"]},
                   {"role": "user", "content": results}]
        words = text(read(client, model="caller", messages=history, toolConfig=TOOLS))
        check("results of tools", "weather: fine" in words and "time: fine" in words, True)
        check("limit", read(client, model="cutoff")["finish"], "max_tokens")
        check("refusal", read(client, model="refuser")["finish"], "content_filtered")
    for stream in (True, False):
        tools = [{"name": "weather", "input_schema": SCHEMA}]
        answer = invoked(client, stream, model="caller", tools=tools, messages=[{"role": "user", "content": "Now in Bonn"}])
        check("invoked calls", (answer["calls"], answer["finish"]), ([("weather", {"city": "Bonn"})], "tool_use"))
    try:
        client.invoke_model(modelId="m", body=json.dumps({"max_tokens": 1}))
        check("a bad request", "answered", "refused")
    except client.exceptions.ValidationException as error:
        check("a bad request", "anthropic_version" in str(error), True)

for status, kind in ((429, "ThrottlingException"), (403, "AccessDeniedException"), (404, "ResourceNotFoundException"), (503, "ServiceUnavailableException")):
    with simulator("--fault", f"status:{status}:7") as client:
        for call in (lambda: whole(client), lambda: streamed(client), lambda: invoked(client, True)):
            try:
                call()
                check(f"status {status}", "answered", "refused")
            except botocore.exceptions.ClientError as error:
                got = (error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPHeaders"]["retry-after"])
                check(f"status {status}", got, (kind, "7"))
with simulator("--text", TEXT, "--fault", "error:600") as client:
    for call in (lambda: streamed(client), lambda: invoked(client, True)):
        try:
            call()
            check("an error in the stream", "answered", "broke off")
        except botocore.exceptions.EventStreamError as error:
            check("an error in the stream", error.response["Error"]["Code"], "internalServerException")

finish(f"boto3 {boto3.__version__}, bedrock-runtime")
