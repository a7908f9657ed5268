import Foundation
import Testing

@Suite struct RemoveTests {
  @Test func whatNothingDependsOnGoes() throws {
    let scratch = try Scratch()
    for name in ["a", "b", "c"] { try scratch.makeMap(name, in: "m.hspy") }
    try scratch.lamella("series", "m.hspy", "both", "a", "b")
    for name in ["n1", "n2"] {
      try scratch.lamella("nmf", "m.hspy", "--map", "a", "--components", "2", "--max-iterations", "2", "--name", name)
    }
    let before = try scratch.bytes("m.hspy")
    // All or nothing; names must be unique; maps of series and what others were made from stay.
    for words in [["n1", "nothing"], ["a"], ["a", "--force"], ["c", "both", "a", "x/y"], ["a", "both"]] {
      try scratch.run(["remove", "m.hspy"] + words, code: 3)
      #expect(try scratch.bytes("m.hspy") == before)
    }
    let report = try scratch.lamella("remove", "m.hspy", "a/results/n2", "c", "c", "--json").json()
    #expect((report["removed"] as? [[String: String]])?.compactMap { $0["path"] } == ["/a/results/n2", "/c"])
    try scratch.lamella("validate", "m.hspy")
    try scratch.lamella("remove", "m.hspy", "both", "a", "--force")
    #expect(try scratch.maps("m.hspy").compactMap { $0["name"] as? String } == ["b"])
    try scratch.lamella("validate", "m.hspy")
    try scratch.lamella("verify", "m.hspy")
    try scratch.lamella("remove", "m.hspy", "b")
    #expect(try scratch.maps("m.hspy").isEmpty)
  }
}
