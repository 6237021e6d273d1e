// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
  name: "spate-benchmarks",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "loopback", targets: ["Loopback"])],
  dependencies: [.package(name: "spate", path: "..")],
  targets: [
    .executableTarget(
      name: "SpateBenchmarks",
      dependencies: [
        .product(name: "SpateCore", package: "spate"), .product(name: "SpateDialects", package: "spate"),
        .product(name: "Spate", package: "spate"),
      ],
      swiftSettings: settings),
    // Whole streams through the public interface, against a server on this machine.
    .executableTarget(
      name: "Loopback", dependencies: [.product(name: "Spate", package: "spate")], swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
