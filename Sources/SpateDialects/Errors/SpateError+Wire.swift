// SPDX-License-Identifier: Apache-2.0

package import SpateCore

extension SpateError {
  /// What bytes that can not be framed or scanned mean for the caller.
  package init(wire error: WireError) {
    switch error {
    case .limit: self.init(.limit, error.description)
    case .malformed: self.init(.decode, "the provider sent malformed data: \(error)")
    }
  }
}
