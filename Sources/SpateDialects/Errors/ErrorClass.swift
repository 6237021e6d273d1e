// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The class of a provider's error, from its status, the name it gives, or as a last resort its words.
struct ErrorClass {
  var code: SpateError.Code
  /// The status that such an error usually has, for errors inside a 200 (rule C5).
  var status: Int?

  private init(_ code: SpateError.Code, _ status: Int?) {
    self.code = code
    self.status = status
  }

  /// By status (trust.md 1).
  init?(status: Int) {
    switch status {
    case 300..<400: self.init(.redirect, status)
    case 401, 403: self.init(.auth, status)
    case 402: self.init(.quota, status)
    case 404: self.init(.notFound, status)
    case 408, 425, 499: self.init(.server, status)
    case 409: self.init(.conflict, status)
    case 413: self.init(.tooLarge, status)
    case 429: self.init(.rateLimit, status)
    case 400..<500: self.init(.badRequest, status)
    case 503, 529: self.init(.overloaded, status)
    case 500..<600: self.init(.server, status)
    default: return nil
    }
  }

  /// By a code or a type, in lower case. Names that say no more than the status are not listed.
  init?(name: String) {
    switch name {
    case "insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "billing_error",
      "insufficient_balance", "insufficient_credits", "quota_exceeded":
      self.init(.quota, 402)
    case "rate_limit_exceeded", "rate_limit_error", "rate_limited", "resource_exhausted", "too_many_requests",
      "requests", "tokens", "throttling":
      self.init(.rateLimit, 429)
    case "overloaded_error", "overloaded", "unavailable", "engine_overloaded", "service_unavailable",
      "capacity_exceeded":
      self.init(.overloaded, 529)
    case "invalid_api_key", "authentication_error", "unauthorized", "unauthenticated", "permission_error",
      "permission_denied", "forbidden", "invalid_authentication", "api_key_invalid":
      self.init(.auth, 401)
    case "context_length_exceeded", "string_above_max_length", "context_window_exceeded",
      "exceed_context_size_error":
      self.init(.contextLength, 400)
    case "content_filter", "content_policy_violation", "responsibleaipolicyviolation", "invalid_prompt",
      "image_content_policy_violation":
      self.init(.contentFilter, 400)
    case "model_not_found", "not_found_error", "not_found", "deploymentnotfound", "model_not_available",
      "invalid_model":
      self.init(.notFound, 404)
    case "unsupported_parameter", "unsupported_value", "unknown_parameter":
      self.init(.unsupportedParameter, 400)
    case "invalid_request_error", "invalid_request", "bad_request", "invalid_argument", "tool_use_failed",
      "json_validate_failed", "invalid_request_invalid_args":
      self.init(.badRequest, 400)
    case "request_too_large": self.init(.tooLarge, 413)
    case "server_error", "internal_server_error", "internal_error", "api_error", "internal", "upstream_error",
      "bad_gateway":
      self.init(.server, 500)
    case "invalid_image", "invalid_image_format", "invalid_base64_image", "invalid_image_url", "invalid_image_mode",
      "image_too_large", "image_too_small", "image_parse_error", "image_file_too_large", "image_file_not_found",
      "unsupported_image_media_type", "empty_image_file", "failed_to_download_image":
      self.init(.badRequest, 400)
    case "vector_store_timeout": self.init(.server, 504)
    case "throttlingexception": self.init(.rateLimit, 429)
    case "serviceunavailableexception": self.init(.overloaded, 503)
    case "modelnotreadyexception": self.init(.overloaded, 429)
    case "servicequotaexceededexception": self.init(.quota, 400)
    case "accessdeniedexception", "unrecognizedclientexception", "expiredtokenexception",
      "invalidsignatureexception", "incompletesignatureexception", "missingauthenticationtokenexception":
      self.init(.auth, 403)
    case "resourcenotfoundexception": self.init(.notFound, 404)
    case "validationexception": self.init(.badRequest, 400)
    case "modelerrorexception", "modelstreamerrorexception": self.init(.provider, 424)
    case "modeltimeoutexception": self.init(.server, 408)
    case "internalserverexception": self.init(.server, 500)
    case "timeout", "timeout_error", "deadline_exceeded", "gateway_timeout": self.init(.server, 504)
    default:
      guard let status = Int(name), (400..<600).contains(status) else { return nil }
      self.init(status: status)
    }
  }

  /// By words: only those that many providers use and that no name stands for.
  init?(words: String) {
    let words = words.lowercased()
    let isContextLength = [
      "maximum context length", "context length exceeded", "context window", "prompt is too long", "too many tokens",
      "input tokens exceeded", "input is too long",
    ].contains { words.contains($0) }
    guard isContextLength else { return nil }
    self.init(.contextLength, 400)
  }

  /// The finest of what is known: a name refines the status of its own family and replaces a status that is none.
  static func resolve(status: ErrorClass?, name: ErrorClass?, words: ErrorClass?) -> ErrorClass {
    guard let status else {
      if let name { return name.code == .badRequest ? words ?? name : name }
      return words ?? ErrorClass(.provider, nil)
    }
    if status.code == .badRequest || status.code == .tooLarge, let words { return words }
    guard let name else { return status }
    switch status.code {
    case .badRequest:
      // A 400 that names a server's failure is still a refused request; one that names a cause of its own is that.
      return [.server, .overloaded, .badRequest].contains(name.code) ? status : name
    case .rateLimit: return name.code == .quota ? name : status
    case .auth: return name.code == .quota || name.code == .contentFilter ? name : status
    case .server: return name.code == .overloaded || name.code == .rateLimit ? name : status
    default: return status
    }
  }
}
