import Foundation
import Testing

/// Damaged files of ours end a command with a report or an error, never with a crash of its own and never later than they should.
@Suite struct DamagedFileTests {
  let scratch: Scratch
  let whole: Data

  init() throws {
    scratch = try Scratch()
    try scratch.makeMap("rock", in: "a.hspy", shape: [2, 3, 16])
    whole = try scratch.bytes("a.hspy")
  }

  /// Runs a command on files, each within 30 s, and returns how they ended.
  private func endings(_ command: String, _ files: [String]) throws -> [Int] {
    let script = """
      program=$1 command=$2; shift 2
      for file; do timeout 30 "$program" "$command" "$file" >/dev/null 2>&1; echo $?; done
      """
    let run = try scratch.run(
      ["-c", script, "bash", Scratch.program.path(percentEncoded: false), command] + files,
      program: URL(filePath: "/bin/bash"))
    return run.output.split(separator: "\n").compactMap { Int($0) }
  }

  @Test func aFileThatIsCutIsRefused() throws {
    let lengths = Array(stride(from: 0, to: whole.count, by: max(64, whole.count / 40 / 64 * 64)))
    for length in lengths { try scratch.write(whole.prefix(length), "cut-\(length).hspy") }
    let files = lengths.map { "cut-\($0).hspy" }
    #expect(try endings("info", files) == files.map { _ in 3 })
    #expect(try endings("verify", files).allSatisfy { $0 == 1 || $0 == 3 })
  }

  @Test(arguments: ["info", "validate", "verify"]) func changedBytesAreReported(command: String) throws {
    var state: UInt64 = 7
    func next(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    var files: [String] = []
    for number in 0..<40 {
      var damaged = whole
      damaged[next(whole.count)] ^= UInt8(1 + next(255))
      files.append("\(command)-\(number).hspy")
      try scratch.write(damaged, files[number])
    }
    let endings = try endings(command, files)
    #expect(endings.count == files.count)
    #expect(endings.allSatisfy { [0, 1, 3].contains($0) }, "\(endings)")
  }
}
