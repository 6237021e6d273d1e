// SPDX-License-Identifier: Apache-2.0

// One import is all that a user needs.
@_exported public import SpateCore
@_exported public import SpateDialects
@_exported public import SpateTransport
