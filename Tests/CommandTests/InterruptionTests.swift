import Foundation
import Testing

@Suite struct InterruptionTests {
  /// Runs a command, interrupts it after a while, and waits for it.
  func interrupt(_ words: [String], in scratch: Scratch, after seconds: Double) throws -> (code: Int32, errors: String) {
    let process = Process()
    let errors = Pipe()
    process.executableURL = Scratch.program
    process.arguments = words
    process.currentDirectoryURL = scratch.folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    Thread.sleep(forTimeInterval: seconds)
    process.interrupt()
    // Another one, which may come at the same time, changes nothing; a later one ends what does not listen.
    process.terminate()
    let impatience = DispatchWorkItem { process.interrupt() }
    DispatchQueue.global().asyncAfter(deadline: .now() + 60, execute: impatience)
    defer { impatience.cancel() }
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }

  @Test func factorisationIsKeptAndTakenUpAgain() throws {
    let scratch = try Scratch()
    try scratch.lamella("simulate", "mineral", "-o", "rock.hspy", "--size", "64x64", "--channels", "256")
    let line = ["nmf", "rock.hspy", "--components", "3", "--restarts", "100000"]
    let (code, errors) = try interrupt(line, in: scratch, after: 1.5)
    #expect(code == 130)
    #expect(errors.hasPrefix("lamella: stopped: the factorisation is kept after iteration "))
    let map = try #require(try scratch.maps("rock.hspy").first)
    #expect(map["unfinished"] as? [String] == ["nmf"])
    try scratch.lamella("verify", "rock.hspy")
    try scratch.lamella("history", "rock.hspy")
  }

  @Test func nothingIsLeftOfAStoppedMap() throws {
    let scratch = try Scratch()
    let (code, errors) = try interrupt(
      ["simulate", "mineral", "-o", "rock.hspy", "--size", "1000x1000", "--channels", "1024"], in: scratch, after: 1)
    #expect(code == 130)
    #expect(errors == "lamella: stopped: nothing of the map mineral is in rock.hspy\n")
    #expect(!scratch.exists("rock.hspy"))
  }

  @Test func finishedMapsStay() throws {
    let scratch = try Scratch()
    try scratch.makeMap("a", in: "rock.hspy")
    let (code, _) = try interrupt(
      ["simulate", "mineral", "-o", "rock.hspy", "--size", "1000x1000", "--channels", "1024"], in: scratch, after: 1)
    #expect(code == 130)
    #expect(try scratch.maps("rock.hspy").map { $0["name"] as? String } == ["a"])
    try scratch.lamella("validate", "rock.hspy")
    try scratch.lamella("verify", "rock.hspy")
  }
}
