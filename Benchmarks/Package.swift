// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let package = Package(
  name: "spate-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "spate", path: "..")],
  targets: [
    .executableTarget(
      name: "SpateBenchmarks",
      dependencies: [.product(name: "SpateCore", package: "spate")],
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
