# SPDX-License-Identifier: Apache-2.0
# module: google.genai
"""The official google-genai package as a user of the simulator: generateContent, at Google AI and at Vertex."""
import json, os, subprocess, urllib.request

from google import genai
from google.genai import errors, types

from support import Simulator, check, decoded, finish


def simulator(*flags, vertex=False):
    # The SDK adds the version to the bare origin.
    def client(base):
        origin = base.removesuffix("/v1")
        client = genai.Client(api_key="none", vertexai=vertex, http_options=types.HttpOptions(base_url=origin, timeout=20000))
        client.origin = origin
        return client
    return Simulator(client, *flags)


def read(chunks):
    """What the chunks of an answer add up to, as the SDK's own types give them."""
    answer = {"text": "", "thoughts": "", "calls": [], "finish": None, "usage": None, "ids": set(), "signatures": 0}
    for chunk in chunks:
        answer["ids"].add(chunk.response_id)
        answer["usage"] = chunk.usage_metadata or answer["usage"]
        for candidate in (chunk.candidates or [])[:1]:
            answer["finish"] = candidate.finish_reason or answer["finish"]
            for part in (candidate.content.parts if candidate.content else None) or []:
                if part.text:
                    answer["thoughts" if part.thought else "text"] += part.text
                if part.function_call:
                    answer["calls"].append((part.function_call.id, part.function_call.name, part.function_call.args or {}))
                answer["signatures"] += part.thought_signature is not None
    return answer


def ask(client, stream, model="m", prompt="Hello, you", **config):
    contents = config.pop("contents", prompt)
    arguments = dict(model=model, contents=contents, config=types.GenerateContentConfig(**config) if config else None)
    if stream:
        return read(client.models.generate_content_stream(**arguments))
    return read([client.models.generate_content(**arguments)])


def raw(client, stream, model="m", prompt="Hello, you", form="?alt=sse", **fields):
    """The body itself, as Spate decodes it."""
    body = {"contents": [{"role": "user", "parts": [{"text": prompt}]}], **fields}
    method = "streamGenerateContent" + form if stream else "generateContent"
    request = urllib.request.Request(
        f"{client.origin}/v1beta/models/{model}:{method}", data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "x-goog-api-key": "none"})
    with urllib.request.urlopen(request, timeout=20) as response:
        return decoded("gemini", response.read(), stream=stream and bool(form))


def same(name, sdk, spate):
    """The SDK and Spate read the same."""
    check(f"{name}: text", sdk["text"], spate["text"])
    check(f"{name}: thoughts", sdk["thoughts"], spate["reasoning"])
    check(f"{name}: calls", sdk["calls"], [(c["id"], c["name"], c["arguments"]) for c in spate["tool_calls"]])
    check(f"{name}: finish", sdk["finish"].value, spate["native_finish"])
    check(f"{name}: input", sdk["usage"].prompt_token_count, spate["usage"]["input"])
    check(f"{name}: output", sdk["usage"].candidates_token_count, spate["usage"]["output"])
    check(f"{name}: thinking tokens", sdk["usage"].thoughts_token_count, spate["usage"]["reasoning"])


SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
DECLARATIONS = [{"name": name, "description": "d", "parametersJsonSchema": SCHEMA} for name in ("weather", "time")]
TOOLS = [types.Tool(function_declarations=[
    types.FunctionDeclaration(name=name, description="d", parameters_json_schema=SCHEMA) for name in ("weather", "time")])]
MANUAL = types.AutomaticFunctionCallingConfig(disable=True)
TEXT, THOUGHT = 'Grüße, "world" 🙂\n\nEnd.', "Let me think."

with simulator("--text", TEXT, "--reasoning", THOUGHT) as client:
    for stream in (True, False):
        name = "streamed" if stream else "whole"
        got = ask(client, stream)
        check(f"{name}: text", got["text"], TEXT)
        check(f"{name}: thoughts", got["thoughts"], THOUGHT)
        check(f"{name}: finish", got["finish"], types.FinishReason.STOP)
        check(f"{name}: one id", len(got["ids"]), 1)
        check(f"{name}: a signature", got["signatures"], 1)
        same(name, got, raw(client, stream))
    same("array", ask(client, True), raw(client, True, form=""))
    many = client.models.generate_content(model="m", contents="a", config=types.GenerateContentConfig(candidate_count=3))
    check("several answers", len(many.candidates), 3)
    check("the SDK's own text", client.models.generate_content(model="m", contents="a").text, TEXT)

with simulator("--text", TEXT, vertex=True) as client:
    for stream in (True, False):
        check("at Vertex", ask(client, stream)["text"], TEXT)

with simulator() as client:
    check("models", "models/story" in [model.name for model in client.models.list()], True)
    for stream in (True, False):
        got = ask(client, stream, model="caller", prompt="Now in Bonn", tools=TOOLS, automatic_function_calling=MANUAL)
        check("calls", [(name, args) for _, name, args in got["calls"]],
              [("weather", {"city": "Bonn"}), ("time", {"city": "Bonn"})])
        check("ids of calls", len({id for id, _, _ in got["calls"]}), 2)
        check("finish of calls", got["finish"], types.FinishReason.STOP)
        same("calls", got, raw(client, stream, model="caller", prompt="Now in Bonn",
                               tools=[{"functionDeclarations": DECLARATIONS}]))
    own = types.Schema(type="OBJECT", properties={"city": types.Schema(type="STRING")})
    got = ask(client, True, model="caller", prompt="Now in Bonn", automatic_function_calling=MANUAL,
              tools=[types.Tool(function_declarations=[types.FunctionDeclaration(name="weather", parameters=own)])])
    check("a schema of Google's own form", got["calls"][0][1:], ("weather", {"city": "Bonn"}))
    # Arguments in pieces: the SDK gives them as they come, Spate puts them together.
    pieces = raw(client, True, model="caller", prompt="Now in Bonn", tools=[{"functionDeclarations": DECLARATIONS}],
                 toolConfig={"functionCallingConfig": {"streamFunctionCallArguments": True}})
    check("arguments in pieces", [c["arguments"] for c in pieces["tool_calls"]], [{"city": "Bonn"}] * 2)
    # The SDK's own chat keeps the turn, and sends it back.
    chat = client.chats.create(model="caller", config=types.GenerateContentConfig(
        tools=TOOLS, automatic_function_calling=MANUAL))
    turn = read(chat.send_message_stream("Now in Bonn"))
    answer = chat.send_message([types.Part(function_response=types.FunctionResponse(
        id=id, name=name, response={"output": f"{name}: fine"})) for id, name, _ in turn["calls"]])
    check("results of tools", "weather: fine" in answer.text and "time: fine" in answer.text, True)
    check("limit", ask(client, True, model="cutoff")["finish"], types.FinishReason.MAX_TOKENS)
    refused = ask(client, True, model="refuser")
    check("refusal", (refused["finish"], bool(refused["text"])), (types.FinishReason.SAFETY, True))
    try:
        client.models.generate_content(model="m", contents=[types.Content(role="pope", parts=[types.Part(text="a")])])
        check("a bad request", "answered", "refused")
    except errors.ClientError as error:
        check("a bad request", (error.code, error.status, error.message),
              (400, "INVALID_ARGUMENT", "contents[0].role: Please use a valid role: user, model."))

for status, kind, word in ((429, errors.ClientError, "RESOURCE_EXHAUSTED"), (401, errors.ClientError, "UNAUTHENTICATED"),
                           (503, errors.ServerError, "UNAVAILABLE")):
    for stream in (True, False):
        with simulator("--fault", f"status:{status}:7") as client:
            try:
                ask(client, stream)
                check(f"status {status}", "answered", "refused")
            except kind as error:
                check(f"status {status}", (error.code, error.status), (status, word))
with simulator("--text", TEXT, "--fault", "error:300") as client:
    try:
        ask(client, True)
        check("an error in the stream", "answered", "broke off")
    except errors.APIError as error:
        check("an error in the stream", (error.code, error.status), (500, "INTERNAL"))
    for form in ("?alt=sse", ""):
        broken = raw(client, True, form=form)
        check("an error in the stream, as Spate reads it", (broken["error"]["code"], broken["outcome"]), ("server", "failed"))

finish(f"google-genai {genai.__version__}, generateContent")
