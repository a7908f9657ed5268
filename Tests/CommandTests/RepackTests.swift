import Foundation
import Testing

@Suite struct RepackTests {
  @Test func spaceIsGivenBack() throws {
    let scratch = try Scratch()
    try scratch.lamella(
      "simulate", "mineral", "-o", "rock.hspy", "--size", "12x10", "--channels", "64", "--counts", "40")
    for number in 1...4 {
      try scratch.lamella("nmf", "rock.hspy", "--components", "3", "--max-iterations", "2", "--name", "n\(number)")
    }
    for number in 1...3 { try scratch.lamella("remove", "rock.hspy", "mineral/results/n\(number)") }
    let before = try scratch.maps("rock.hspy")[0]
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: scratch.path("rock.hspy"))
    try FileManager.default.createSymbolicLink(atPath: scratch.path("link.hspy"), withDestinationPath: "rock.hspy")

    let report = try scratch.lamella("repack", "link.hspy", "--json").json()
    let sizes = try ["bytes_before", "bytes_after"].map { try #require(report[$0] as? Int) }
    #expect(sizes[1] < sizes[0] - 20_000)
    #expect(try sizes[1] == scratch.bytes("rock.hspy").count)
    // The link still leads to the file, which keeps its permissions and holds the same.
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: scratch.path("link.hspy")) == "rock.hspy")
    let mode = try FileManager.default.attributesOfItem(atPath: scratch.path("rock.hspy"))[.posixPermissions] as? Int
    #expect(mode == 0o640)
    let after = try scratch.maps("rock.hspy")[0]
    #expect(after["digest"] as? String == before["digest"] as? String)
    #expect((after["results"] as? [Any])?.count == 2)
    try scratch.lamella("verify", "rock.hspy")
    try scratch.lamella("validate", "rock.hspy")
    #expect(!scratch.exists("rock.hspy.part"))
  }

  @Test func aFullDiskLeavesTheFile() throws {
    let scratch = try Scratch()
    try scratch.lamella(
      "simulate", "mineral", "-o", "rock.hspy", "--size", "64x64", "--channels", "256", "--counts", "400")
    let before = try scratch.bytes("rock.hspy")
    let run = try scratch.lamella(limited: before.count / 2048, "repack", "rock.hspy", "--level", "1", code: 4)
    #expect(run.errors.contains("rock.hspy"))
    // libhdf5 notes the place of the root in the first 96 bytes when it opens a file for writing.
    #expect(try scratch.bytes("rock.hspy").dropFirst(96) == before.dropFirst(96))
    #expect(!scratch.exists("rock.hspy.part"))
  }

  @Test func otherFiles() throws {
    let scratch = try Scratch()
    try scratch.write(Data("text".utf8), "a.txt")
    try scratch.lamella("repack", "a.txt", code: 3)
    try scratch.lamella("repack", "nowhere.hspy", code: 3)
    #expect(try scratch.bytes("a.txt") == Data("text".utf8))
  }
}
