import Foundation
import Testing

@testable import Workflows

@Suite struct GlobTests {
  @Test(arguments: [
    ("a.bcf", "*.bcf", true), ("a.bcf", "*", true), ("a.bcf", "?.bcf", true), ("ab.bcf", "?.bcf", false),
    ("a.bcf", "[ab].*", true), ("c.bcf", "[ab].*", false), ("c.bcf", "[!ab].*", true), ("b1", "[a-c][0-9]", true),
    ("d1", "[a-c][0-9]", false), ("]", "[]]", true), ("a", "[!]]", true), ("[x", "[x", true), ("-", "[a-]", true),
    (".hidden", "*", false), (".hidden", ".h*", true), ("", "*", true), ("", "?", false), ("aXbXc", "a*X*c", true),
    ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "*a*a*a*a*a*a*a*a*a*a*a*c", false), ("äö", "?ö", true),
  ])
  func namesMatch(name: String, pattern: String, matches: Bool) {
    #expect(Glob.matches(name, pattern) == matches)
  }

  @Test func pathsAreFound() throws {
    let scratch = try Scratch()
    for name in ["run1/a.x", "run1/deep/b.x", "run2/a.x", "run2/.git/a.x", "run10/a.x", "odd[1]/a.x"] {
      let url = scratch.folder.appending(path: name)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: url)
    }
    // A link to a folder above would have no end.
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("run1/up"), withDestinationPath: scratch.folder.path(percentEncoded: false))
    func found(_ pattern: String) throws -> [String] {
      let glob = try #require(Glob(scratch.path(pattern)))
      return glob.matches.map { String($0.dropFirst(scratch.path("").count)) }
    }
    #expect(try found("run*/a.x") == ["run1/a.x", "run2/a.x", "run10/a.x"])
    #expect(try found("**/a.x") == ["odd[1]/a.x", "run1/a.x", "run2/a.x", "run10/a.x"])
    #expect(try found("run1/**") == ["run1/a.x", "run1/deep/b.x", "run1/up"].filter { $0 != "run1/up" })
    #expect(try found("**/*.x").count == 5)
    #expect(try found("run?") == ["run1", "run2"])
    #expect(try found("nothing*").isEmpty)
    #expect(Glob(scratch.path("odd[1]/a.x")) == nil)
    #expect(Glob("plain/path") == nil)
  }
}
