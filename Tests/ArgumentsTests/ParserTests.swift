import Testing

@testable import Arguments

@Suite struct ParserTests {
  @Test func defaultsAndTypes() throws {
    let fit = try #require(try sample.command(Fit.self, "fit", "a.h5", "-k", "3"))
    #expect(fit.file.string == "a.h5")
    #expect(fit.result == "nmf")
    #expect(fit.components == 3)
    #expect(fit.loss == .kl)
    #expect(fit.tolerance == 1e-4)
    #expect(fit.maxIterations == nil)
    #expect(fit.skip.isEmpty)
    #expect(!fit.json)
    #expect(fit.limits.memory.bytes == 1 << 30)
    #expect(fit.limits.threads == nil)
  }

  @Test(arguments: [["--components", "5"], ["--components=5"], ["-k", "5"], ["-k=5"]])
  func spellings(_ words: [String]) throws {
    guard case .run(let command) = try sample.parse(["fit", "a"] + words) else { return #expect(Bool(false)) }
    #expect((command as? Fit)?.components == 5)
  }

  @Test func optionsStandAnywhereAndRepeat() throws {
    let fit = try #require(
      try sample.command(
        Fit.self, "fit", "--json", "--skip", "1,2", "a", "--loss=poisson-scaled", "-k", "2", "mine",
        "--skip=3x4", "--max-iterations", "7", "--memory", "64K", "--threads", "2"))
    #expect(fit.json)
    #expect(fit.skip.map(\.extents) == [[1, 2], [3, 4]])
    #expect(fit.loss == .poissonScaled)
    #expect(fit.result == "mine")
    #expect(fit.maxIterations == 7)
    #expect(fit.limits.memory.bytes == 65536)
    #expect(fit.limits.threads == 2)
  }

  @Test func repeatedArgumentLast() throws {
    let series = try #require(
      try sample.command(Series.self, "series", "f", "all", "m1", "--from", "other.h5", "m2", "m3"))
    #expect(series.file.string == "f")
    #expect(series.name == "all")
    #expect(series.maps == ["m1", "m2", "m3"])
    #expect(series.from?.string == "other.h5")
  }

  @Test func repeatedArgumentFirst() throws {
    #expect(try sample.command(Copy.self, "copy", "a", "b", "c", "there")?.source == ["a", "b", "c"])
    #expect(try sample.command(Copy.self, "copy", "a", "there")?.target == "there")
  }

  @Test func wordsAfterTwoDashesAndNumbersAreArguments() throws {
    #expect(try sample.command(Copy.self, "copy", "--", "--json", "-k")?.source == ["--json"])
    #expect(try sample.command(Copy.self, "copy", "-5", "-")?.source == ["-5"])
  }

  @Test func subcommands() throws {
    let mineral = try #require(
      try sample.command(Simulate.Mineral.self, "simulate", "mineral", "-o", "x", "--size", "8x9"))
    #expect(mineral.size.extents == [8, 9])
    guard case .incomplete(let help) = try sample.parse(["simulate"]) else { return #expect(Bool(false)) }
    #expect(help == sample.help(["simulate"]))
  }

  @Test func eachParseStartsAfresh() throws {
    let first = try #require(try sample.command(Fit.self, "fit", "a", "-k", "1", "--json"))
    let second = try #require(try sample.command(Fit.self, "fit", "b", "-k", "2"))
    #expect(first.json && !second.json)
    #expect(first.file.string == "a")
  }

  @Test(arguments: [
    ["--help"], ["-h"], ["help"], ["fit", "--help"], ["fit", "-h"], ["help", "fit"], ["fit", "a", "--help"],
    ["help", "simulate", "mineral"],
  ])
  func help(_ words: [String]) throws {
    guard case .print(let text) = try sample.parse(words) else { return #expect(Bool(false)) }
    #expect(text == sample.help(words.filter { !$0.hasSuffix("h") && !$0.hasSuffix("help") && $0 != "a" }))
  }

  @Test func version() throws {
    guard case .print(let text) = try sample.parse(["--version"]) else { return #expect(Bool(false)) }
    #expect(text == "sample 1.2.3")
  }
}
