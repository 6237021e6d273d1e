// SPDX-License-Identifier: Apache-2.0

/// `spate-verify GROUP... [--shared DIR]`: sweeps over the shared corpora that are too long for debug tests. One line of
/// figures a sweep; exit 1 when any of it differs, 2 for wrong usage, 0 with `skipped` when the folder is absent.
@main struct Main {
  /// The sweeps by the word that asks for them.
  static let groups: [(name: String, sweeps: [Sweep])] = [
    ("wire", [.sse, .json]),
    ("dialects", [.splits, .cuts, .prefixes, .turns, .mutations, .templates]),
  ]

  static func main() {
    var shared = "../shared"
    var wanted: [String] = []
    var arguments = CommandLine.arguments.dropFirst()
    while let argument = arguments.popFirst() {
      if argument == "--shared", let folder = arguments.popFirst() {
        shared = folder
      } else if groups.contains(where: { $0.name == argument }) {
        wanted.append(argument)
      } else {
        Output.fail(
          "usage: spate-verify [\(groups.map(\.name).joined(separator: "|"))]... [--shared DIR]", status: 2)
      }
    }
    var isClean = true
    for group in groups where wanted.isEmpty || wanted.contains(group.name) {
      for sweep in group.sweeps {
        isClean = sweep.run(in: SharedFolder(path: shared)) && isClean
      }
    }
    if !isClean { Output.fail("spate-verify: failed", status: 1) }
  }
}
