import Foundation
import Testing

/// A folder of its own for a test, in which the built program is run; gone when the test is.
final class Scratch {
  /// The program that was built with the tests.
  static let program = Bundle.main.bundleURL.appending(path: "lamella")

  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "lamella-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// What a run of the program said, and how it ended.
  struct Run {
    let code: Int32
    let output: String
    let errors: String

    /// The report that was printed as JSON.
    func json() throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }
  }

  /// Runs the program in the folder and waits for it.
  @discardableResult
  func lamella(_ words: String..., code: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation) throws
    -> Run
  {
    try run(words, code: code, sourceLocation: sourceLocation)
  }

  @discardableResult
  func run(
    _ words: [String], program: URL = Scratch.program, code: Int32 = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Run {
    let process = Process()
    process.executableURL = program
    process.arguments = words
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    // Files rather than pipes: nobody needs to read two streams at once.
    let streams = ["output", "errors"].map { folder.appending(path: ".\($0)-\(UUID().uuidString)") }
    for stream in streams { try Data().write(to: stream) }
    process.standardOutput = try FileHandle(forWritingTo: streams[0])
    process.standardError = try FileHandle(forWritingTo: streams[1])
    try process.run()
    process.waitUntilExit()
    let texts = try streams.map { try String(contentsOf: $0, encoding: .utf8) }
    for stream in streams { try FileManager.default.removeItem(at: stream) }
    let run = Run(code: process.terminationStatus, output: texts[0], errors: texts[1])
    #expect(
      run.code == code, "lamella \(words.joined(separator: " ")): \(run.errors)",
      sourceLocation: sourceLocation)
    return run
  }

  /// Runs the program where no file may grow beyond a number of KiB, as on a disk that fills up.
  func lamella(limited kibibytes: Int, _ words: String..., code: Int32) throws -> Run {
    // Without the signal that comes with it the limit is an error like any other of the disk.
    let script = "trap '' XFSZ; ulimit -f \(kibibytes); exec \"$@\""
    return try run(
      ["-c", script, "bash", Self.program.path(percentEncoded: false)] + words,
      program: URL(filePath: "/bin/bash"), code: code)
  }

  func path(_ name: String) -> String { folder.appending(path: name).path(percentEncoded: false) }

  func write(_ data: Data, _ name: String) throws { try data.write(to: folder.appending(path: name)) }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
}
