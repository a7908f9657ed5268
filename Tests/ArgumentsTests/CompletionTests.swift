import Foundation
import Testing

@testable import Arguments

@Suite struct CompletionTests {
  /// What bash offers for the words typed so far, the last of them being completed.
  func offered(_ words: [String]) throws -> Set<String> {
    let script = """
      \(sample.completions(for: .bash))
      COMP_WORDS=(sample \(words.map { "'\($0)'" }.joined(separator: " ")))
      COMP_CWORD=\(words.count)
      _sample
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = URL(filePath: #filePath).deletingLastPathComponent()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Set(String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init))
  }

  @Test func bashCommands() throws {
    #expect(try offered(["s"]) == ["series", "simulate"])
    #expect(try offered(["simulate", ""]) == ["mineral", "--help"])
    #expect(try offered(["--v"]) == ["--version"])
  }

  @Test func bashOptions() throws {
    #expect(try offered(["fit", "a.h5", "--m"]) == ["--memory", "--max-iterations"])
    #expect(try offered(["simulate", "mineral", "--"]) == ["--output", "--size", "--help"])
  }

  @Test func bashValues() throws {
    #expect(try offered(["fit", "--loss", ""]) == ["kl", "frobenius", "poisson-scaled"])
    #expect(try offered(["fit", "--loss", "=", "f"]) == ["frobenius"])
    #expect(try offered(["fit", "--loss", "="]) == ["kl", "frobenius", "poisson-scaled"])
    #expect(try offered(["completions", "b"]) == ["bash"])
    #expect(try offered(["fit", "--threads", ""]).isEmpty)
  }

  @Test func bashFiles() throws {
    #expect(try offered(["fit", "CompletionT"]) == ["CompletionTests.swift"])
    #expect(try offered(["simulate", "mineral", "-o", "Help"]) == ["HelpTests.swift"])
  }

  @Test func zsh() {
    let script = sample.completions(for: .zsh)
    #expect(script.hasPrefix("#compdef sample\n"))
    #expect(script.contains("'(-k --components)'{-k,--components=}'[How many components to find.]:K: '"))
    #expect(script.contains("'*''--skip=[A pixel to leave out, as its row and column.]:Y,X: '"))
    #expect(script.contains("':SHELL:(bash zsh fish)'"))
  }

  @Test func fish() {
    let script = sample.completions(for: .fish)
    #expect(
      script.contains("-n '__fish_seen_subcommand_from fit' -l loss -x -a 'kl frobenius poisson-scaled' -d"))
    #expect(script.contains("-n '__fish_seen_subcommand_from fit' -l memory -x -d"))
  }
}
