import Testing
import Workflows

@testable import lamella

@Suite struct TerminalTests {
  @Test(arguments: [
    (0, "0 B"), (999, "999 B"), (1000, "1 kB"), (27_345_678, "27.3 MB"), (999_900, "1 MB"),
    (2_000_000_000, "2 GB"), (5_000_000_000_000, "5 TB"),
  ])
  func bytes(count: Double, text: String) { #expect(Quantity.bytes(count) == text) }

  @Test(arguments: [(0.4231, "0.423 s"), (12.4, "12 s"), (185, "3 min 5 s"), (7800, "2 h 10 min"), (.infinity, "inf s")])
  func seconds(value: Double, text: String) { #expect(Quantity.seconds(value) == text) }

  @Test func progressLines() {
    #expect(
      Progress.line(.init("Importing rock", done: 250_000_000, of: 1_000_000_000, .bytes), seconds: 2)
        == "Importing rock  25 %  125 MB/s  6 s left")
    #expect(
      Progress.line(.init("Importing", "rock (3 of 12)", done: 50_000_000, of: 200_000_000, .bytes), seconds: 1)
        == "Importing rock (3 of 12)  25 %  50 MB/s  3 s left")
    #expect(Progress.line(.init("Reading", done: 0, of: 0, .bytes), seconds: 0) == "Reading")
    #expect(
      Progress.line(.init("Factorising", done: 7, of: 200, .iterations), seconds: 3)
        == "Factorising  3 %  iteration 7 of at most 200")
    #expect(
      Progress.line(.init("Verifying", done: 3, of: 4, .items), seconds: 0) == "Verifying  75 %  3 of 4")
  }

  @Test func tables() {
    var table = Table("name", ">size", "units")
    #expect(table.lines().isEmpty)
    table.add("y", "8", "nm")
    table.add("energy", "2048", "")
    #expect(table.lines(indent: 2) == ["  name    size  units", "  y          8  nm", "  energy  2048"])
  }

  @Test func json() throws {
    struct Report: Encodable {
      let b = Double.infinity, a = "x/y"
    }
    #expect(try Terminal.json(Report()) == "{\n  \"a\" : \"x/y\",\n  \"b\" : \"Infinity\"\n}")
  }
}
