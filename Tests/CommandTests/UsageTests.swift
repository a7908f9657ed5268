import Arguments
import Foundation
import Testing

@testable import lamella

@Suite struct UsageTests {
  @Test func version() throws {
    let run = try Scratch().lamella("--version")
    #expect(run.output == "lamella 0.1.0\n")
  }

  @Test func help() throws {
    let scratch = try Scratch()
    let run = try scratch.lamella("--help")
    for command in commands { #expect(run.output.contains("\n  \(command.name) ")) }
    #expect(run.errors.isEmpty)
    let none = try scratch.lamella(code: 2)
    #expect(none.errors == run.output)
    #expect(none.output.isEmpty)
  }

  @Test func everyCommandHasHelpThatFits() throws {
    for node in lamella.paths {
      let help = try #require(lamella.help(node))
      for line in help.split(separator: "\n") {
        #expect(line.count <= 80 || line.hasPrefix("    "), "\(node): \(line)")
      }
    }
  }

  @Test func mistakesAreUsageErrors() throws {
    let scratch = try Scratch()
    let run = try scratch.lamella("completion", "bash", code: 2)
    #expect(run.errors == "lamella: there is no command 'completion'\nDid you mean completions?\n")
    #expect(run.output.isEmpty)
    try scratch.lamella("completions", "csh", code: 2)
  }

  @Test func referenceIsCurrent() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../Documentation/Commands.md")
    let written = try String(contentsOf: file, encoding: .utf8)
    #expect(written == lamella.reference, "run: lamella help --markdown > Documentation/Commands.md")
  }
}
