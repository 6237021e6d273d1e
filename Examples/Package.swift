// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let package = Package(
  name: "spate-examples",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "spate", path: "..")],
  targets: [
    .executableTarget(
      name: "examples",
      dependencies: [
        .product(name: "Spate", package: "spate"), .product(name: "SpateSimulator", package: "spate"),
      ],
      path: "Sources/Examples",
      swiftSettings: Context.environment["SPATE_WARNINGS_AS_ERRORS"] == nil ? [] : [.treatAllWarnings(as: .error)])
  ],
  swiftLanguageModes: [.v6]
)
