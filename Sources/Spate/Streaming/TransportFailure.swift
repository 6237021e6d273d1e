// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateTransport

extension SpateError {
  /// What a failure of the transport means for the caller.
  init(transport error: TransportError) {
    let code: Code =
      switch error.code {
      case .dns: .dns
      case .connect, .unavailable: .connect
      case .tls: .tls
      case .connectTimeout: .timeout
      case .truncated: .truncated
      case .limit: .limit
      case .badRequest, .refusedAddress: .badRequest
      case .cancelled: .cancelled
      default: .protocol
      }
    self.init(code, error.message)
    if error.code == .connectTimeout { phase = .connect }
    // No library to connect with: another try finds none either.
    if error.code == .unavailable { isRetryable = false }
  }
}
