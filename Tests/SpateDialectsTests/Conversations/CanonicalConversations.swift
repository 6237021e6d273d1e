// SPDX-License-Identifier: Apache-2.0

import SpateCore

/// Conversations in the JSON of each dialect, each in the form that the dialect's own documentation shows.
enum CanonicalConversations {
  static let all: [(DialectID, String)] = [
    (
      .openAIChat,
      #"""
      {"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"hi","name":"Zoe"},
      {"role":"assistant","content":"Let me see.","reasoning_content":"hm","tool_calls":[
        {"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"x\":1.0}"}},
        {"id":"call_2","type":"custom","custom":{"name":"patch","input":"+a"}}]},
      {"role":"tool","tool_call_id":"call_1","content":"42"},{"role":"tool","tool_call_id":"call_2","content":"ok"},
      {"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"https://a.example/i.png","detail":"low"}},
        {"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}},
        {"type":"input_audio","input_audio":{"data":"AQID","format":"mp3"}},{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AQID"}},
        {"type":"file","file":{"file_id":"file-1"}}]},
      {"role":"assistant","content":null,"refusal":"No."}]}
      """#
    ),
    (
      .openAIChat,
      #"""
      {"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":null,
      "reasoning_details":[{"type":"reasoning.encrypted","data":"AbC+/=="}],"tool_calls":[
        {"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"},
         "extra_content":{"google":{"thought_signature":"c2ln"}}}]},{"role":"tool","tool_call_id":"call_1","content":"1"}]}
      """#
    ),
    (
      .openAIResponses,
      #"""
      {"input":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"input_text","text":"look"},
        {"type":"input_image","image_url":"https://a.example/i.png","detail":"auto"},{"type":"input_file","file_id":"file-1"}]},
      {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"AbC+/=="},
      {"type":"message","role":"assistant","id":"msg_1","status":"completed","content":[{"type":"output_text","text":"so"}]},
      {"type":"function_call","call_id":"call_1","name":"f","arguments":"{\"x\":1}","id":"fc_1","status":"completed"},
      {"type":"function_call_output","call_id":"call_1","output":"42"},{"role":"assistant","content":"done"}]}
      """#
    ),
    (
      .anthropic,
      #"""
      {"system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":"hi"},
      {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"ErUB+/=="},
        {"type":"redacted_thinking","data":"EmwK+/=="},{"type":"text","text":"Let me see."},
        {"type":"tool_use","id":"toolu_1","name":"f","input":{"x":1.0}},
        {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"q":"a"}},
        {"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","encrypted_content":"E+/=="}]}]},
      {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"no","is_error":true},{"type":"text","text":"look"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AQID"}},
        {"type":"document","source":{"type":"file","file_id":"file_1"},"title":"a","citations":{"enabled":true}}]}]}
      """#
    ),
    (
      .gemini,
      #"""
      {"systemInstruction":{"parts":[{"text":"Be brief."}]},"contents":[{"role":"user","parts":[{"text":"hi"},
        {"inlineData":{"mimeType":"image/png","data":"AQID"}},{"fileData":{"fileUri":"https://a.example/x.pdf","mimeType":"application/pdf"}}]},
      {"role":"model","parts":[{"text":"hm","thought":true,"thoughtSignature":"QUJD"},
        {"functionCall":{"name":"f","args":{"x":1.0},"id":"g1"},"thoughtSignature":"c2ln"},{"functionCall":{"name":"g","args":{}}}]},
      {"role":"user","parts":[{"functionResponse":{"name":"f","id":"g1","response":{"output":"42"}}},
        {"functionResponse":{"name":"g","response":{"error":"no"}}}]},{"role":"model","parts":[{"text":"done"}]}]}
      """#
    ),
    (
      .bedrockConverse,
      #"""
      {"system":[{"text":"Be brief."},{"cachePoint":{"type":"default"}}],"messages":[{"role":"user","content":[{"text":"hi"}]},
      {"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"hm","signature":"ErUB"}}},
        {"toolUse":{"toolUseId":"t1","name":"f","input":{"x":1}}}]},
      {"role":"user","content":[{"toolResult":{"toolUseId":"t1","content":[{"text":"42"}],"status":"error"}}]}]}
      """#
    ),
    (
      .mistral,
      #"""
      {"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"hi"},{"role":"assistant","content":[
        {"type":"thinking","thinking":[{"type":"text","text":"hm"}],"signature":"s+/==","closed":true},{"type":"text","text":"so"}],
        "tool_calls":[{"id":"c00000001","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}]},
      {"role":"tool","tool_call_id":"c00000001","name":"f","content":"42"}]}
      """#
    ),
    (
      .ollama,
      #"""
      {"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"look","images":["iVBORw0K"]},
      {"role":"assistant","content":"so","thinking":"hm","tool_calls":[{"function":{"name":"f","arguments":{"x":1.0}}}]},
      {"role":"tool","content":"42","tool_name":"f"}]}
      """#
    ),
    (
      .cohere,
      #"""
      {"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"hi"},{"role":"assistant","tool_plan":"I look.",
        "tool_calls":[{"id":"f_1","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}]},
      {"role":"tool","tool_call_id":"f_1","content":"42"},{"role":"assistant","content":"done"}]}
      """#
    ),
  ]
}
