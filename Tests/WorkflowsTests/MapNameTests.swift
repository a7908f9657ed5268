import Testing

@testable import Workflows

@Suite struct MapNameTests {
  private func names(_ sources: [(String, [String])], wished: String? = nil) -> [[String]] {
    MapName.names(
      of: sources.map { .init(path: $0.0, isAlone: $0.1.count == 1, suggestions: $0.1) }, wished: wished)
  }

  @Test func oneFile() {
    #expect(names([("/d/scan 1.bcf", ["EDS"])]) == [["scan_1"]])
    #expect(names([("/d/scan.bcf", ["EDS", "BSE", "EDS"])]) == [["EDS", "BSE", "EDS-2"]])
  }

  @Test func severalFiles() {
    #expect(names([("/d/a.dm3", ["x"]), ("/d/b.bcf", ["EDS", "BSE"])]) == [["a"], ["b-EDS", "b-BSE"]])
    // What repeats the name of the file, or goes on from it, does not do so twice.
    #expect(names([("/d/a.h5", ["a", "a_2", "a2"]), ("/d/b.h5", ["x"])]) == [["a", "a_2", "a-a2"], ["b"]])
    #expect(names([("/d/a.dm3", ["x"]), ("/d/a.dm4", ["x"])]) == [["a"], ["a-2"]])
    #expect(names([("/d/a.dm3", ["x"]), ("/d/b.dm3", ["y"])], wished: "m") == [["m"], ["m-2"]])
  }

  @Test func severalFolders() {
    #expect(names([("/d/x/a.dm3", ["1"]), ("/d/y/a.dm3", ["1"]), ("/d/y/b.dm3", ["1"])]) == [["x-a"], ["y-a"], ["b"]])
    // As many folders as tell them apart.
    #expect(names([("/d/x/r/a.dm3", ["1"]), ("/d/y/r/a.dm3", ["1"])]) == [["x-r-a"], ["y-r-a"]])
    #expect(names([("/a.dm3", ["1"]), ("/d/a.dm3", ["1"])]) == [["a"], ["d-a"]])
    #expect(names([("/d/a/s.dm3", ["1"]), ("/d/a/x/s.dm3", ["1"]), ("/d/b/x/s.dm3", ["1"])]) == [["a-s"], ["a-x-s"], ["b-x-s"]])
  }

  @Test func namesThatNoMapMayHave() {
    #expect(names([("/d/series.dm3", ["1"])]) == [["series-map"]])
    let long = String(repeating: "ü", count: 300)
    #expect(names([("/d/\(long).dm3", ["1"])])[0][0].utf8.count == 240)
  }
}
