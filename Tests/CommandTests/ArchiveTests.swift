import Foundation
import Testing

@Suite struct ArchiveTests {
  func rock() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.lamella(
      "simulate", "mineral", "-o", "rock.hspy", "--size", "6x5", "--channels", "32", "--counts", "40")
    return scratch
  }

  func crate(_ scratch: Scratch) throws -> [String: [String: Any]] {
    let tree = try JSONSerialization.jsonObject(with: scratch.bytes("ro-crate-metadata.json")) as? [String: Any]
    let graph = try #require(tree?["@graph"] as? [[String: Any]])
    return try Dictionary(uniqueKeysWithValues: graph.map { (try #require($0["@id"] as? String), $0) })
  }

  @Test func archive() throws {
    let scratch = try rock()
    let before = try scratch.bytes("rock.hspy")
    let report = try scratch.lamella("archive", "rock.hspy", "-o", "kept.hspy", "--chunks", "3x3x8", "--level", "9", "--json")
      .json()
    #expect(try scratch.bytes("rock.hspy") == before)
    #expect(report["bytes"] as? Int == (try scratch.bytes("kept.hspy").count))
    #expect((report["content"] as? [String: Any])?["rewritten"] as? Int ?? 0 > 5)
    let map = try scratch.maps("kept.hspy")[0]
    #expect(map["chunks"] as? [Int] == [3, 3, 8])
    #expect(map["digest"] as? String == (try scratch.maps("rock.hspy")[0]["digest"] as? String))
    try scratch.lamella("verify", "kept.hspy")
    try scratch.lamella("validate", "kept.hspy")

    let manifest = String(decoding: try scratch.bytes("kept.hspy.manifest.txt"), as: UTF8.self)
    let sha256 = try #require(report["sha256"] as? String)
    #expect(manifest.contains(sha256) && manifest.contains("/mineral/data/counts"))
    #expect(try !scratch.bytes("kept.hspy").contains(Data(sha256.utf8)))
    #expect(!scratch.exists("kept.hspy.part") && !scratch.exists("kept.hspy.manifest.txt.part"))
  }

  /// The MUSTs of RO-Crate 1.1 for an attached crate.
  @Test func crateKeepsToTheSpecification() throws {
    let scratch = try rock()
    try scratch.lamella("archive", "rock.hspy", "-o", "first.hspy")
    try scratch.lamella("archive", "rock.hspy", "-o", "the second.hspy", "--license", "https://example.org/free")
    let entities = try crate(scratch)
    let descriptor = try #require(entities["ro-crate-metadata.json"])
    #expect((descriptor["conformsTo"] as? [String: String])?["@id"] == "https://w3id.org/ro/crate/1.1")
    #expect((descriptor["about"] as? [String: String])?["@id"] == "./")
    let root = try #require(entities["./"])
    #expect(root["@type"] as? String == "Dataset")
    for key in ["name", "description", "datePublished", "license"] { #expect(root[key] != nil) }
    let parts = try #require(root["hasPart"] as? [[String: String]]).compactMap { $0["@id"] }
    #expect(
      parts == ["first.hspy", "first.hspy.manifest.txt", "the%20second.hspy", "the%20second.hspy.manifest.txt"])
    for part in parts {
      let file = try #require(entities[part])
      #expect(file["@type"] as? String == "File")
      #expect(file["contentSize"] as? String == "\(try scratch.bytes(part.removingPercentEncoding ?? "").count)")
    }
    // Whatever is linked to by an id of the crate is in the crate.
    func check(_ value: Any) {
      if let link = value as? [String: Any], link.count == 1, let id = link["@id"] as? String {
        #expect(entities[id] != nil || id.hasPrefix("https://w3id.org/"), "\(id)")
      } else if let links = value as? [Any] {
        for link in links { check(link) }
      }
    }
    for entity in entities.values { for value in entity.values { check(value) } }
  }

  @Test func whatIsMissing() throws {
    let scratch = try rock()
    let report = try scratch.lamella("archive", "rock.hspy", "--check", "--json", code: 1).json()
    let map = try #require((report["metadata"] as? [[String: Any]])?.first)
    let items = try #require(map["items"] as? [[String: Any]])
    let missing = items.filter { $0["value"] == nil }.compactMap { $0["name"] as? String }
    #expect(missing == ["author", "date"])
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path)
    #expect(names.filter { !$0.hasPrefix(".") } == ["rock.hspy"])
  }

  @Test func nothingIsOverwritten() throws {
    let scratch = try rock()
    try scratch.makeMap("a", in: "other.hspy")
    try scratch.write(Data("mine".utf8), "kept.hspy.manifest.txt")
    try scratch.write(Data("{}".utf8), "ro-crate-metadata.json")
    let before = try scratch.bytes("rock.hspy")
    for output in ["rock.hspy", "./rock.hspy", "other.hspy", "kept.hspy", "new.hspy"] {
      let run = try scratch.lamella("archive", "rock.hspy", "-o", output, code: 4)
      #expect(run.errors.contains("is"))
    }
    #expect(try scratch.bytes("rock.hspy") == before)
    #expect(!scratch.exists("new.hspy") && !scratch.exists("kept.hspy"))
    #expect(try scratch.bytes("ro-crate-metadata.json") == Data("{}".utf8))
    try FileManager.default.removeItem(atPath: scratch.path("ro-crate-metadata.json"))
    try scratch.lamella("archive", "rock.hspy", code: 2)
    try scratch.lamella("archive", "rock.hspy", "-o", "x.hspy", "--check", code: 2)
    try scratch.lamella("archive", "rock.hspy", "-o", "nowhere/x.hspy", code: 4)
    try scratch.lamella("archive", "nowhere.hspy", "-o", "x.hspy", code: 3)
    try scratch.lamella("archive", "rock.hspy", "-o", "x.hspy", "--chunks", "3x3", code: 3)
    #expect(!scratch.exists("x.hspy") && !scratch.exists("x.hspy.part"))
  }

  @Test func aDamagedFileIsNotArchived() throws {
    let scratch = try Scratch()
    try scratch.lamella(
      "simulate", "mineral", "-o", "rock.hspy", "--size", "64x64", "--channels", "256", "--counts", "400")
    var bytes = try scratch.bytes("rock.hspy")
    // The counts come first.
    let place = bytes.count / 4
    bytes.replaceSubrange(place..<place + 64, with: Data(repeating: 0xFF, count: 64))
    try scratch.write(bytes, "rock.hspy")
    for words in [
      ["archive", "rock.hspy", "-o", "kept.hspy"], ["repack", "rock.hspy"], ["repack", "rock.hspy", "--level", "9"],
    ] {
      let run = try scratch.run(words, code: 3)
      #expect(run.errors.contains("/mineral/data/counts") || run.errors.contains("/Experiments/mineral/data"))
    }
    // libhdf5 notes the place of the root in the first 96 bytes when it opens a file for writing.
    #expect(try scratch.bytes("rock.hspy").dropFirst(96) == bytes.dropFirst(96))
    for name in ["kept.hspy", "kept.hspy.part", "rock.hspy.part", "ro-crate-metadata.json"] { #expect(!scratch.exists(name)) }
  }
}
