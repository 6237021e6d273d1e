// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// The platforms whose transport is libcurl on a libevent loop; Apple platforms use URLSession.
let curlPlatforms: [Platform] = [.linux]
/// The platforms that can run the loopback server (simulator, later the gateway).
let serverPlatforms: [Platform] = [.linux, .macOS]

let package = Package(
  name: "spate",
  platforms: [.macOS(.v15), .iOS(.v18)],
  products: [
    .library(name: "Spate", targets: ["Spate"]),
    .library(name: "SpateDialects", targets: ["SpateDialects"]),
    .library(name: "SpateSimulator", targets: ["SpateSimulator"]),
    // For who writes a dialect: the list of what every one is held to.
    .library(name: "SpateConformance", targets: ["SpateConformance"]),
    .executable(name: "spate", targets: ["SpateCLI"]),
    .executable(name: "spate-verify", targets: ["SpateVerify"]),
    .executable(name: "spate-soak", targets: ["SpateSoak"]),
    .executable(name: "spate-rehearse", targets: ["SpateRehearsal"]),
    // For Benchmarks/, which is a package of its own.
    .library(name: "SpateCore", targets: ["SpateCore"]),
  ],
  targets: [
    // System libraries: scripts/bootstrap installs their headers.
    // Only its headers: libcurl is loaded when a request needs it, and pkg-config would link it (docs/decisions/0017).
    .systemLibrary(name: "CCurl"),
    // Loaded as well, when a request to AWS is signed.
    .systemLibrary(name: "CCrypto"),
    .systemLibrary(
      name: "CEvent", pkgConfig: "libevent",
      providers: [.apt(["libevent-dev"]), .brew(["libevent"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // The layers, lowest first. Arrows point down only (docs/architecture.md).
    .target(name: "SpateCore"),
    .target(name: "SpateDialects", dependencies: ["SpateCore"]),
    .target(name: "SpateConformance", dependencies: ["SpateCore", "SpateDialects"]),
    .target(
      name: "SpateEventLoop",
      dependencies: ["SpateCore", .target(name: "CEvent", condition: .when(platforms: serverPlatforms))]),
    .target(
      name: "SpateTransport",
      dependencies: [
        "SpateCore",
        .target(name: "SpateEventLoop", condition: .when(platforms: curlPlatforms)),
        .target(name: "CCurl", condition: .when(platforms: curlPlatforms)),
        .target(name: "CZlib", condition: .when(platforms: curlPlatforms)),
      ]),
    .target(
      name: "Spate",
      dependencies: [
        "SpateCore", "SpateDialects", "SpateTransport",
        .target(name: "CCrypto", condition: .when(platforms: curlPlatforms)),
      ]),
    .target(name: "SpateServer", dependencies: ["SpateCore", "SpateEventLoop"]),
    .target(name: "SpateSimulator", dependencies: ["SpateCore", "SpateDialects", "SpateServer"]),
    .executableTarget(
      name: "SpateCLI", dependencies: ["SpateCore", "SpateDialects", "Spate", "SpateSimulator"]),
    // Corpus sweeps in a release build: every split and every prefix (`make test` calls it).
    .executableTarget(name: "SpateVerify", dependencies: ["SpateCore", "SpateDialects", "SpateConformance"]),

    // Calls that fail in every way, in virtual time, by the thousand (`make test` calls it).
    .executableTarget(name: "SpateRehearsal", dependencies: ["Spate", "SpateCore"]),

    // The samples of Examples/, built here too so that `make test` runs them without a build of their own.
    .executableTarget(
      name: "SpateExamples", dependencies: ["Spate", "SpateSimulator"], path: "Examples/Sources/Examples"),

    // Streams with random faults over loopback, in a release build (CONTRIBUTING.md).
    .executableTarget(name: "SpateSoak", dependencies: ["SpateCore", "Spate", "SpateSimulator"]),

    // What several test targets need; no other target may depend on it.
    .target(name: "SpateTestSupport", path: "Tests/SpateTestSupport"),
    .testTarget(name: "SpateCoreTests", dependencies: ["SpateCore", "SpateTestSupport"]),
    .testTarget(name: "SpateDialectsTests", dependencies: ["SpateCore", "SpateDialects", "SpateTestSupport"]),
    .testTarget(
      name: "SpateConformanceTests",
      dependencies: ["SpateConformance", "SpateCore", "SpateDialects", "SpateTestSupport"]),
    .target(name: "CTestResolver", path: "Tests/CTestResolver"),
    .testTarget(
      name: "SpateTransportTests",
      dependencies: ["SpateTransport", "SpateEventLoop", "SpateCore", "SpateTestSupport", "CTestResolver"],
      exclude: ["Python"]),
    .testTarget(name: "SpateServerTests", dependencies: ["SpateServer", "SpateCore", "SpateEventLoop"]),
    .testTarget(name: "SpateSimulatorTests", dependencies: ["SpateSimulator", "Spate", "SpateTestSupport"]),
    .testTarget(name: "SpateTests", dependencies: ["Spate", "SpateServer", "SpateSimulator", "SpateTestSupport"]),
    .testTarget(name: "SpateCLITests", dependencies: ["SpateCLI", "SpateCore", "SpateTestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
  var settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  ]
  if target.name == "SpateCore" { settings.append(.strictMemorySafety()) }
  // Set by .ci/run. Never on for users: a later compiler's new warning must not break their build.
  if Context.environment["SPATE_WARNINGS_AS_ERRORS"] != nil {
    settings.append(.treatAllWarnings(as: .error))
  }
  target.swiftSettings = settings
}

// Set by scripts/release: a folder with the C++ library as an archive, which the command line then holds instead of
// loading it at every start (docs/decisions/0017). Never for users: such flags keep others from depending on a package.
if let archives = Context.environment["SPATE_ARCHIVES"] {
  for target in package.targets where target.name == "SpateCLI" {
    target.linkerSettings = [
      .unsafeFlags(["-L\(archives)", "-Xclang-linker", "-static-libgcc"], .when(platforms: [.linux]))
    ]
  }
}
