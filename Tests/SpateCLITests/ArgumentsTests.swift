// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SpateCLI

@Suite struct ArgumentsTests {
  static let syntax = CommandSyntax(
    name: "test", usage: "", summary: "",
    flags: [
      .init(name: "--model", value: "M", help: ""), .init(name: "--count", value: "N", help: ""),
      .init(name: "--loud", help: ""), .init(name: "--output", value: "O", help: "", choices: ["text", "json"]),
    ])

  func parse(_ arguments: String...) throws -> Arguments { try Arguments(arguments, syntax: Self.syntax) }

  func fault(_ arguments: String...) -> String? {
    #expect(throws: UsageError.self) { try Arguments(arguments, syntax: Self.syntax) }?.message
  }

  @Test func takesValuesApartAndAttached() throws {
    #expect(try parse("--model", "gpt")["--model"] == "gpt")
    #expect(try parse("--model=gpt")["--model"] == "gpt")
    #expect(try parse("--model=a=b=c")["--model"] == "a=b=c")
    #expect(try parse("--model=")["--model"] == "")
    #expect(try parse("--model", "")["--model"] == "")
    #expect(try parse("--model", "-x")["--model"] == "-x")
    #expect(try parse("--model", "--")["--model"] == "--")
  }

  @Test func theLastOfSeveralValuesCounts() throws {
    #expect(try parse("--model", "a", "--model=b")["--model"] == "b")
  }

  @Test func keepsWordsInOrder() throws {
    let arguments = try parse("a", "--loud", "b c", "", "-", "d")
    #expect(arguments.words == ["a", "b c", "", "-", "d"])
    #expect(arguments.has("--loud"))
    #expect(!arguments.has("--model"))
  }

  @Test func everythingAfterTwoDashesIsAWord() throws {
    let arguments = try parse("--loud", "--", "--model", "-h", "--", "x")
    #expect(arguments.words == ["--model", "-h", "--", "x"])
    #expect(!arguments.wantsHelp)
  }

  @Test func helpIsAFlagOfEveryCommand() throws {
    #expect(try parse("--help").wantsHelp)
    #expect(try parse("a", "-h").wantsHelp)
    #expect(try !parse("help").wantsHelp)
  }

  @Test func anUnknownFlagGetsAHint() {
    #expect(fault("--modle", "x") == "unknown flag --modle: did you mean --model?")
    #expect(fault("--lod") == "unknown flag --lod: did you mean --loud?")
    #expect(fault("--entirely-different") == "unknown flag --entirely-different")
    #expect(fault("--modle=secret")?.contains("secret") == false)
    #expect(fault("-x") != nil)
  }

  @Test func aMissingValueSaysWhatIsMissing() {
    #expect(fault("--model") == "--model needs a value: --model M")
    #expect(fault("a", "--count") == "--count needs a value: --count N")
  }

  @Test func aSwitchTakesNoValue() { #expect(fault("--loud=yes") == "--loud takes no value") }

  @Test func aChoiceIsOneOfItsOwn() throws {
    #expect(try parse("--output", "json")["--output"] == "json")
    #expect(fault("--output", "xml") == "--output is one of text, json, not xml")
    #expect(fault("--output=") != nil)
  }

  @Test(arguments: ["--key", "--api-key", "-k"])
  func S1_aKeyIsNeverAnArgument(name: String) {
    for arguments in [[name, "sk-canary"], ["\(name)=sk-canary"]] {
      let message = #expect(throws: UsageError.self) { try Arguments(arguments, syntax: Self.syntax) }?.message
      #expect(message?.contains("OPENAI_API_KEY") == true)
      #expect(message?.contains("canary") == false)
    }
  }

  @Test func wholeNumbersAreChecked() throws {
    #expect(try parse().integer("--count") == nil)
    #expect(try parse("--count", "0").integer("--count") == 0)
    #expect(try parse("--count", "12").integer("--count") == 12)
    for text in ["-1", "", "x", "1.5", "1e3", " 1", "99999999999999999999"] {
      let arguments = try parse("--count", text)
      #expect(throws: UsageError.self) { try arguments.integer("--count") }
    }
    let five = try parse("--count", "5")
    #expect(try five.integer("--count", in: 5...9) == 5)
    #expect(throws: UsageError.self) { try five.integer("--count", in: 6...9) }
    #expect(throws: UsageError.self) { try five.integer("--count", in: 1...4) }
  }

  @Test func secondsAreChecked() throws {
    #expect(try parse("--count", "0.5").seconds("--count") == .milliseconds(500))
    #expect(try parse("--count", "86400").seconds("--count") == .seconds(86_400))
    for text in ["-2", "nan", "inf", "1e300", "86401", "x", ""] {
      let arguments = try parse("--count", text)
      #expect(throws: UsageError.self) { try arguments.seconds("--count") }
    }
  }

  @Test func helpShowsEveryFlag() {
    for syntax in [ChatCommand.syntax, DecodeCommand.syntax, SimulateCommand.syntax] {
      for flag in syntax.flags { #expect(syntax.help.contains("  \(flag.name)")) }
      #expect(syntax.help.contains("USAGE: spate"))
      // S11: no switch that turns off certificate checks.
      #expect(!syntax.help.lowercased().contains("insecure"))
    }
  }
}
