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

  @Test(arguments: [0.2, 0.7, 1.5]) func nothingIsLeftOfAStoppedUnmixing(seconds: Double) throws {
    let scratch = try Scratch()
    try scratch.lamella("simulate", "mineral", "-o", "rock.hspy", "--size", "128x128", "--channels", "1024")
    let before = try scratch.bytes("rock.hspy")
    let (code, errors) = try interrupt(["unmix", "rock.hspy", "--unique", "Si,Mg"], in: scratch, after: seconds)
    // A fast machine may be done before the latest of them.
    if code == 0, seconds > 0.2 { return }
    #expect(code == 130)
    #expect(errors.contains("stopped: rock.hspy is as it was"))
    #expect(try scratch.bytes("rock.hspy") == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path("")) == ["rock.hspy"])
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

  /// Starts an import of many files and ends it by a signal when the first maps are in the output.
  private func cutOff(_ words: [String], by signal: Int32, in scratch: Scratch) throws -> (code: Int32, errors: String) {
    let process = Process()
    let errors = Pipe()
    process.executableURL = Scratch.program
    process.arguments = words
    process.currentDirectoryURL = scratch.folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    let deadline = Date(timeIntervalSinceNow: 60)
    while process.isRunning, Date() < deadline {
      if scratch.exists("maps.hspy"), try !scratch.maps("maps.hspy").isEmpty { break }
      Thread.sleep(forTimeInterval: 0.02)
    }
    kill(process.processIdentifier, signal)
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }

  @Test(arguments: [SIGINT, SIGKILL])
  func anImportOfManyFilesGoesOn(signal: Int32) throws {
    let scratch = try Scratch()
    for number in 1...6 { try scratch.writeNumPy("t/tilt_\(number).npy", shape: [40, 40, 1024], seed: number) }
    let words = ["import", "t", "-o", "maps.hspy", "--series", "tilts"]
    // The highest level takes its time.
    let (code, errors) = try cutOff(words + ["--level", "12", "--threads", "1"], by: signal, in: scratch)
    #expect(code == (signal == SIGINT ? 130 : SIGKILL))
    if signal == SIGINT { #expect(errors.contains("; the same command with --resume goes on")) }
    let kept = try scratch.maps("maps.hspy").compactMap { $0["name"] as? String }
    #expect((1...5).contains(kept.count))
    try scratch.lamella("validate", "maps.hspy")
    try scratch.lamella("verify", "maps.hspy")

    let report = try scratch.run(words + ["--resume", "--verify", "--json"]).json()
    let order = (1...6).map { "tilt_\($0)" }
    #expect((report["present"] as? [[String: Any]])?.compactMap { $0["name"] as? String } == kept)
    #expect((report["maps"] as? [[String: Any]])?.compactMap { $0["name"] as? String } == Array(order.dropFirst(kept.count)))
    #expect((report["series"] as? [String: Any])?["maps"] as? [String] == order)
    try scratch.lamella("validate", "maps.hspy")
    try scratch.lamella("verify", "maps.hspy")
    // Once more there is nothing left to do.
    let before = try scratch.bytes("maps.hspy")
    let again = try scratch.run(words + ["--resume", "--json"]).json()
    #expect((again["present"] as? [[String: Any]])?.count == 6)
    #expect(try scratch.bytes("maps.hspy") == before)
  }
}
